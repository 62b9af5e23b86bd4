using System.Globalization;

namespace Pinacle.Podd.Linux;

/// <summary>How long the threads of some processes stood in line for a core that others had, as the kernel counts it (<c>/proc/PID/task/TID/schedstat</c>).</summary>
public sealed class CoreWait
{
    private Dictionary<string, TimeSpan> _last = new(StringComparer.Ordinal);

    /// <summary>What they waited since this was asked before, all threads together; the first time, since they began.</summary>
    /// <param name="processes">Their ids; those that have ended are passed over.</param>
    public TimeSpan Waited(IEnumerable<int> processes)
    {
        var now = processes.SelectMany(Threads).Distinct(StringComparer.Ordinal).ToDictionary(thread => thread, Read, StringComparer.Ordinal);
        var waited = now.Sum(thread => Math.Max(0, (thread.Value - _last.GetValueOrDefault(thread.Key)).Ticks));
        _last = now;
        return new TimeSpan(waited);
    }

    private static IEnumerable<string> Threads(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    // "474935 590290 3": nanoseconds on a core, nanoseconds in line for one, how often it had one.
    private static TimeSpan Read(string thread)
    {
        try
        {
            return File.ReadAllText(thread + "/schedstat").Split(' ') is [_, var waited, ..] && long.TryParse(waited, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
                ? new TimeSpan(nanoseconds / TimeSpan.NanosecondsPerTick) : TimeSpan.Zero;
        }
        catch (IOException)
        {
            return TimeSpan.Zero; // it has ended, or the kernel does not count
        }
    }
}
