using System.Globalization;
using System.Runtime.InteropServices;
using Pinacle.Podd.Commands;

namespace Pinacle.Benchmarks;

/// <summary>What a figure depends on besides the code.</summary>
/// <param name="Processor">Model and number of cores.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Kernel">Release.</param>
/// <param name="Cgroups">1 or 2.</param>
/// <param name="Runsc">First line of its version.</param>
/// <param name="Podd">Its version, and how it was compiled.</param>
/// <param name="DotNet">The harness's runtime.</param>
/// <param name="LoadBefore">Processes that wanted to run, over the minute before.</param>
public sealed record Machine(string Processor, long Memory, string Kernel, int Cgroups, string Runsc, string Podd, string DotNet, double LoadBefore)
{
    /// <summary>This one, now.</summary>
    public static async Task<Machine> Look(HostCommand command, string runsc, string podd) => new(
        $"{Environment.ProcessorCount} × {Line("/proc/cpuinfo", "model name").Split(':')[1].Trim()}",
        1024 * long.Parse(Line("/proc/meminfo", "MemTotal").Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture),
        (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim(),
        File.Exists("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1,
        (await command.Run(runsc, ["--version"])).Stdout.Split('\n')[0],
        (await command.Run(podd, ["version"])).Stdout.Trim(),
        RuntimeInformation.FrameworkDescription,
        Load());

    /// <summary>Load average of the last minute.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Line(string file, string start) => File.ReadLines(file).First(line => line.StartsWith(start, StringComparison.Ordinal));
}
