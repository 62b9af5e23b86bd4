using System.Globalization;

namespace Pinacle.Podd.Cgroups;

/// <summary>One folder for all controllers (Documentation/admin-guide/cgroup-v2).</summary>
public sealed class CgroupV2(string root, string path) : Cgroup(root, path)
{
    private string Folder => Root + Path;

    public override bool Exists => Directory.Exists(Folder);

    public override TimeSpan CpuTime => TimeSpan.FromMicroseconds(Keyed(File("cpu.stat"), "usage_usec"));

    public override long Memory => Number(File("memory.current"));

    public override long OomKills => Keyed(File("memory.events"), "oom_kill");

    public override IReadOnlyList<int> Processes => Ids(File("cgroup.procs"));

    public override bool IsFrozen => Keyed(File("cgroup.events"), "frozen") == 1;

    public override void Freeze(bool still)
    {
        if (Exists)
            Settle(File("cgroup.freeze"), still ? "1" : "0", still);
    }

    public override void LimitCpu(double cores) =>
        System.IO.File.WriteAllText(File("cpu.max"), string.Create(CultureInfo.InvariantCulture, $"{(long)(cores * Period)} {Period}"));

    // The kernel takes no weight of a group that is idle, and gives one that is no more the default one. The weight is what runsc makes of a bundle's shares (runc's formula).
    public override void Weigh(double cores, bool behind)
    {
        System.IO.File.WriteAllText(File("cpu.idle"), behind ? "1" : "0");
        if (!behind)
            System.IO.File.WriteAllText(File("cpu.weight"), (1 + ((Shares(cores) - 2) * 9999 / 262142)).ToString(CultureInfo.InvariantCulture));
    }

    public override IReadOnlyList<int> Cores => Numbers(System.IO.Path.Combine(Root, "cpuset.cpus.effective"));

    public override void PrepareParent() => Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Folder)!);

    // Not the empty list, which would mean "as the parent": the kernel refuses it (ENOSPC) for a group that has processes.
    // Without the cpuset controller there is no such file, and nothing to free.
    public override void FreeCores()
    {
        if (System.IO.File.Exists(File("cpuset.cpus")))
            System.IO.File.WriteAllText(File("cpuset.cpus"), System.IO.File.ReadAllText(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Folder)!, "cpuset.cpus.effective")));
    }

    // Told to allow less than is in use, the kernel kills until it fits. The limit that slows down has it take back what it can, and kill nothing.
    public override bool LimitMemory(long bytes)
    {
        var limit = bytes.ToString(CultureInfo.InvariantCulture);
        System.IO.File.WriteAllText(File("memory.swap.max"), "0");
        try
        {
            if (Memory > bytes)
                System.IO.File.WriteAllText(File("memory.high"), limit);
            if (Memory > bytes)
                return false;
            System.IO.File.WriteAllText(File("memory.max"), limit);
            return true;
        }
        finally
        {
            System.IO.File.WriteAllText(File("memory.high"), "max");
        }
    }

    public override void Remove() => RemoveFolder(Folder);

    private string File(string name) => System.IO.Path.Combine(Folder, name);
}
