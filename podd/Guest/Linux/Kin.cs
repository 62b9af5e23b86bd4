using System.Globalization;
using System.Text;

namespace Pinacle.Guest.Linux;

/// <summary>Everything that came of one start: what carries its mark in the environment, what is in its session, and all their descendants. A process group would miss what made a session of its own (<c>setsid</c>, a daemon), and there are no cgroups in a pod.</summary>
internal static class Kin
{
    /// <summary>The variable that carries the mark.</summary>
    public const string Variable = "PINACLE_RUN";

    // A pod's process can make its environment as large as it likes.
    private const int Most = 256 << 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    /// <summary>Who lives of it now.</summary>
    public static List<int> Of(int leader, string mark)
    {
        var all = PodProcess.All()
            .Select(Look)
            .OfType<Process>()
            .ToDictionary(process => process.Pid);
        var needle = Encoding.ASCII.GetBytes($"{Variable}={mark}");
        var kin = all.Values.Where(process => process.Session == leader || process.Pid == leader || Carries(process.Pid, needle)).Select(process => process.Pid).ToHashSet();
        for (var grown = true; grown;)
        {
            grown = false;
            foreach (var process in all.Values.Where(process => kin.Contains(process.Parent)))
                grown |= kin.Add(process.Pid);
        }
        kin.Remove(Environment.ProcessId);
        return [.. kin.Where(pid => !all[pid].Dead)];
    }

    /// <summary>Sends a signal to each.</summary>
    public static void Signal(IEnumerable<int> pids, int signal)
    {
        foreach (var pid in pids)
            _ = LibC.Kill(pid, signal);
    }

    /// <summary>SIGTERM and time to end, then SIGKILL until none is left: what forks meanwhile is found by the next look.</summary>
    public static async Task End(int leader, string mark, TimeSpan grace)
    {
        if (grace > TimeSpan.Zero)
            Signal(Of(leader, mark), LibC.SIGTERM);
        for (var end = Environment.TickCount64 + (long)grace.TotalMilliseconds; Environment.TickCount64 < end; await Task.Delay(Pause))
        {
            if (Of(leader, mark).Count == 0)
                return;
        }
        for (var end = Environment.TickCount64 + (long)KillLimit.TotalMilliseconds; Environment.TickCount64 < end; await Task.Delay(Pause))
        {
            if (Of(leader, mark) is not { Count: > 0 } left)
                return;
            Signal(left, LibC.SIGKILL);
        }
        Diagnostics.Write($"cannot end everything that came of process {leader}");
    }

    // proc_pid_stat(5): the name may hold blanks and parentheses, so the fields begin behind the last one. State, parent, group, session.
    private static Process? Look(PodProcess process)
    {
        if (process.Read("stat", Most) is not { } bytes)
            return null;
        var stat = Encoding.UTF8.GetString(bytes);
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent) && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var session)
            ? new Process(process.Id, parent, session, fields[0] is "Z" or "X")
            : null;
    }

    private static bool Carries(int pid, byte[] needle) => new PodProcess(pid).Read("environ", Most) is { } environment && environment.AsSpan().IndexOf(needle) >= 0;

    private sealed record Process(int Pid, int Parent, int Session, bool Dead);
}
