using System.Globalization;

namespace Pinacle.Podd.Cgroups;

/// <summary>The control group of one pod. runsc makes it (from <c>linux.cgroupsPath</c>) and podd reads, changes and removes it; the two kernels' layouts are <see cref="CgroupV1"/> and <see cref="CgroupV2"/>.</summary>
public abstract class Cgroup(string root, string path)
{
    /// <summary>Period of CPU limits in microseconds; the kernel's default.</summary>
    protected const long Period = 100_000;

    /// <summary>EBUSY.</summary>
    protected const int Busy = 16;

    private static readonly TimeSpan RemoveLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FreezeLimit = TimeSpan.FromSeconds(5);

    /// <summary>Where the kernel's tree is mounted; a parameter for tests.</summary>
    protected string Root { get; } = root;

    /// <summary>Absolute below the root: what goes into <c>linux.cgroupsPath</c>.</summary>
    public string Path { get; } = path;

    /// <summary>The cgroup at <paramref name="path"/>, by what is mounted at <paramref name="root"/>: v2 where the unified tree is the root, else v1 (hybrid).</summary>
    public static Cgroup At(string path, string root = "/sys/fs/cgroup") =>
        File.Exists(System.IO.Path.Combine(root, "cgroup.controllers")) ? new CgroupV2(root, path) : new CgroupV1(root, path);

    /// <summary>True while it is there.</summary>
    public abstract bool Exists { get; }

    /// <summary>CPU time used so far.</summary>
    public abstract TimeSpan CpuTime { get; }

    /// <summary>Bytes charged now.</summary>
    public abstract long Memory { get; }

    /// <summary>How often the kernel killed something in it for memory.</summary>
    public abstract long OomKills { get; }

    /// <summary>Allows so many cores.</summary>
    public abstract void LimitCpu(double cores);

    /// <summary>Has it share cores that are wanted by others, too.</summary>
    /// <param name="cores">How many it is meant to have: its part of them, against those of its siblings.</param>
    /// <param name="behind">It gets only what no sibling wants, and stops at once when one does (the kernel's idle class). Among those behind all count the same.</param>
    public abstract void Weigh(double cores, bool behind);

    /// <summary>What OCI bundles call shares: 1024 for a core.</summary>
    public static long Shares(double cores) => (long)(1024 * cores);

    /// <summary>Makes the parent, from which runsc's cgroup takes its cores.</summary>
    public abstract void PrepareParent();

    /// <summary>Lets its processes run on every core that the parent has.</summary>
    public abstract void FreeCores();

    /// <summary>The host's cores that pods may run on.</summary>
    public abstract IReadOnlyList<int> Cores { get; }

    /// <summary>Allows so many bytes, swap included. Kills nothing for it.</summary>
    /// <returns>False where more is in use than the kernel can take back: nothing has changed then.</returns>
    public abstract bool LimitMemory(long bytes);

    /// <summary>True while its processes stand still.</summary>
    public abstract bool IsFrozen { get; }

    /// <summary>Makes its processes stand still, or go on. Done when the kernel says so; not there is not an error.</summary>
    public abstract void Freeze(bool still);

    /// <summary>Ids of every process in it.</summary>
    public abstract IReadOnlyList<int> Processes { get; }

    /// <summary>Removes it; it must be empty. Not there is not an error.</summary>
    public abstract void Remove();

    /// <summary>Names of the cgroups directly below <paramref name="parent"/>.</summary>
    public static IReadOnlyList<string> Children(string parent, string root = "/sys/fs/cgroup") =>
        [.. Roots(root).Select(controller => controller + parent).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(folder => System.IO.Path.GetFileName(folder)!).Distinct(StringComparer.Ordinal)];

    /// <summary>The folders that each hold a tree: the controllers' of v1, or the one of v2.</summary>
    protected static IEnumerable<string> Roots(string root) =>
        File.Exists(System.IO.Path.Combine(root, "cgroup.controllers")) ? [root] : Directory.EnumerateDirectories(root);

    /// <summary>Writes what freezes or thaws, and looks until it is so: the kernel needs a moment to stop every thread (2 to 6 ms).</summary>
    protected void Settle(string file, string text, bool still)
    {
        try
        {
            File.WriteAllText(file, text);
        }
        catch (IOException) when (!Exists)
        {
            return; // it ended meanwhile
        }
        var begin = TimeProvider.System.GetTimestamp();
        while (Exists && IsFrozen != still)
        {
            if (TimeProvider.System.GetElapsedTime(begin) > FreezeLimit)
                throw new IOException($"cannot {(still ? "freeze" : "thaw")} cgroup {Path}: the kernel has not done it after {FreezeLimit.TotalSeconds:0} s");
            Thread.Sleep(1);
        }
    }

    /// <summary>A file's number; 0 when the cgroup is gone.</summary>
    protected static long Number(string file)
    {
        try
        {
            return long.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The number behind a key of a flat-keyed file; 0 when it is not there.</summary>
    protected static long Keyed(string file, string key)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key + " ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The numbers of a list such as <c>0-3,8</c>.</summary>
    protected static IReadOnlyList<int> Numbers(string file) =>
        [.. File.ReadAllText(file).Trim().Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(range => range.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .SelectMany(range => Enumerable.Range(range[0], range[^1] - range[0] + 1))];

    /// <summary>The ids in a <c>cgroup.procs</c>; none when it is gone.</summary>
    protected static IReadOnlyList<int> Ids(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Removes an empty cgroup folder, with the sub-cgroups that runsc may have made in it.</summary>
    protected static void RemoveFolder(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var child in Directory.EnumerateDirectories(folder))
            RemoveFolder(child);
        // A process that has been killed is no longer listed while the kernel still takes it apart, and until then the group is busy.
        var begin = TimeProvider.System.GetTimestamp();
        while (!TryRemove(folder, last: TimeProvider.System.GetElapsedTime(begin) > RemoveLimit))
            Thread.Sleep(5);
    }

    private static bool TryRemove(string folder, bool last)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (IOException error) when (error.HResult == Busy && !last)
        {
            return false;
        }
    }
}
