using System.Globalization;
using Pinacle.Podd.Cgroups;

namespace Pinacle.Benchmarks.Measuring;

/// <summary>A control group that counts the CPU time of a process and of everything that it starts, also of what has ended since.</summary>
public sealed class CpuAccount : IDisposable
{
    private readonly string _path;
    private readonly string _folder;

    public CpuAccount(string name)
    {
        _path = $"/pinacle-bench-{name}";
        _folder = (File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpuacct") + _path;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Counted so far.</summary>
    public TimeSpan Used => Cgroup.At(_path).CpuTime;

    /// <summary>Counts a process from now on.</summary>
    public void Take(int process) => File.WriteAllText(Path.Combine(_folder, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));

    /// <summary>A command that is counted from its first instruction.</summary>
    public (string Program, string[] Arguments) Counted(params string[] command) =>
        ("/bin/sh", ["-c", "echo 0 >\"$0\" && exec \"$@\"", Path.Combine(_folder, "cgroup.procs"), .. command]);

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // Something in it lives on; the next run takes the same one.
        }
    }
}
