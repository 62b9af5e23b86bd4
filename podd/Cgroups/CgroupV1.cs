using System.Globalization;

namespace Pinacle.Podd.Cgroups;

/// <summary>One folder per controller (Documentation/admin-guide/cgroup-v1).</summary>
public sealed class CgroupV1(string root, string path) : Cgroup(root, path)
{
    public override bool Exists => Directory.Exists(In("memory"));

    public override TimeSpan CpuTime => TimeSpan.FromTicks(Number(System.IO.Path.Combine(In("cpuacct"), "cpuacct.usage")) / 100);

    public override long Memory => Number(System.IO.Path.Combine(In("memory"), "memory.usage_in_bytes"));

    public override long OomKills => Keyed(System.IO.Path.Combine(In("memory"), "memory.oom_control"), "oom_kill");

    public override IReadOnlyList<int> Processes => Ids(System.IO.Path.Combine(In("memory"), "cgroup.procs"));

    // FREEZING is neither: some thread still runs. Reading is what makes the kernel look again.
    public override bool IsFrozen => Text("freezer.state") is "FROZEN";

    public override void Freeze(bool still)
    {
        if (Directory.Exists(In("freezer")))
            Settle(System.IO.Path.Combine(In("freezer"), "freezer.state"), still ? "FROZEN" : "THAWED", still);
    }

    public override void LimitCpu(double cores) =>
        Write("cpu", "cpu.cfs_quota_us", (long)(cores * Period));

    // The kernel takes no shares of a group that is idle, and gives one that is no more the default ones.
    public override void Weigh(double cores, bool behind)
    {
        Write("cpu", "cpu.idle", behind ? 1 : 0);
        if (!behind)
            Write("cpu", "cpu.shares", Shares(cores));
    }

    public override IReadOnlyList<int> Cores => Numbers(System.IO.Path.Combine(Root, "cpuset", "cpuset.cpus"));

    // A new cpuset of v1 has neither cores nor memory nodes, and then nothing can be in it or below it.
    public override void PrepareParent()
    {
        var (parent, top) = (System.IO.Path.GetDirectoryName(In("cpuset"))!, System.IO.Path.Combine(Root, "cpuset"));
        for (var folder = top; folder != parent;)
        {
            var below = System.IO.Path.Combine(folder, System.IO.Path.GetRelativePath(folder, parent).Split('/')[0]);
            Directory.CreateDirectory(below);
            foreach (var file in (string[])["cpuset.cpus", "cpuset.mems"])
            {
                if (File.ReadAllText(System.IO.Path.Combine(below, file)).Trim().Length == 0)
                    File.WriteAllText(System.IO.Path.Combine(below, file), File.ReadAllText(System.IO.Path.Combine(folder, file)));
            }
            folder = below;
        }
    }

    public override void FreeCores() =>
        File.WriteAllText(System.IO.Path.Combine(In("cpuset"), "cpuset.cpus"), File.ReadAllText(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(In("cpuset"))!, "cpuset.cpus")));

    public override bool LimitMemory(long bytes)
    {
        // The limit must never be above memory + swap: raise that one first, lower it last. Kernels without swap accounting have no such file.
        var swap = System.IO.Path.Combine(In("memory"), "memory.memsw.limit_in_bytes");
        var before = Number(System.IO.Path.Combine(In("memory"), "memory.limit_in_bytes"));
        if (bytes > before && File.Exists(swap))
            Write("memory", "memory.memsw.limit_in_bytes", bytes);
        try
        {
            Write("memory", "memory.limit_in_bytes", bytes);
            if (bytes <= before && File.Exists(swap))
                Write("memory", "memory.memsw.limit_in_bytes", bytes);
            return true;
        }
        catch (IOException error) when (error.HResult == Busy)
        {
            Write("memory", "memory.limit_in_bytes", before);
            return false;
        }
    }

    public override void Remove()
    {
        foreach (var controller in Roots(Root))
            RemoveFolder(controller + Path);
    }

    private string? Text(string file)
    {
        try
        {
            return File.ReadAllText(System.IO.Path.Combine(In("freezer"), file)).Trim();
        }
        catch (IOException)
        {
            return null; // it is gone
        }
    }

    private string In(string controller) => System.IO.Path.Combine(Root, controller) + Path;

    private void Write(string controller, string file, long value) =>
        File.WriteAllText(System.IO.Path.Combine(In(controller), file), value.ToString(CultureInfo.InvariantCulture));
}
