using System.Globalization;

namespace Pinacle.Podd.Linux;

/// <summary>Command lines of the host's processes (<c>/proc/PID/cmdline</c>).</summary>
public static class CommandLine
{
    /// <summary>The arguments of a process; empty when it is gone or a kernel thread.</summary>
    public static string[] Of(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Ids of the processes whose arguments pass.</summary>
    public static IReadOnlyList<int> Find(Func<string[], bool> passes) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process > 0 && passes(Of(process)))];
}
