using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Pinacle.Podd.Linux;

/// <summary>Children that podd has not started itself. podd is a child subreaper (prctl(2)): a sandbox whose runsc has ended becomes its child, so that its exit code can be had, and when it ends so do its gofer and stubs, which have to be reaped.</summary>
/// <remarks>Never waitpid(-1): .NET waits for the programs that it started itself, and ends the process when somebody else has reaped one. So programs are started while this holds still (<see cref="Start"/>), and are left to .NET.</remarks>
internal static class Orphans
{
    private static readonly ReaderWriterLockSlim Gate = new();
    private static readonly ConcurrentDictionary<int, bool> Own = new();

    /// <summary>From now on orphans among podd's descendants come to podd, and are reaped when they end, until the result is disposed.</summary>
    public static IDisposable Adopt()
    {
        Subreaper(true);
        var signal = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Reap());
        return new Adoption(signal);
    }

    /// <summary>Starts a program that .NET reaps.</summary>
    /// <param name="start">Starts it and comes back at once.</param>
    /// <param name="idOf">Its process id.</param>
    public static T Start<T>(Func<T> start, Func<T, int> idOf)
    {
        // Many can be started at once, but none while orphans are looked for: it might have ended before its number is known here.
        Gate.EnterReadLock();
        try
        {
            var started = start();
            Own[idOf(started)] = true;
            return started;
        }
        finally
        {
            Gate.ExitReadLock();
        }
    }

    /// <summary>The program has ended, and .NET has reaped it; one that could not even be killed stays .NET's.</summary>
    public static void Ended(int process)
    {
        if (!Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}")))
            Own.TryRemove(process, out _);
    }

    private static void Reap()
    {
        Gate.EnterWriteLock();
        try
        {
            // A number is safe: the process is an unreaped child, and nobody else reaps it. Those that still run give nothing.
            foreach (var child in Children().Where(child => !Own.ContainsKey(child) && !ProcessEnd.Awaits(child)))
                ProcessExit.Reap(LibC.P_PID, child);
        }
        finally
        {
            Gate.ExitWriteLock();
        }
    }

    // Orphans become children of the first thread (proc_pid_task(5)).
    private static int[] Children() =>
        [.. File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{Environment.ProcessId}/children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];

    private static void Subreaper(bool on)
    {
        if (LibC.PrCtl(LibC.PR_SET_CHILD_SUBREAPER, on ? 1u : 0, 0, 0, 0) != 0)
            throw new IOException($"cannot become a child subreaper: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private sealed class Adoption(PosixSignalRegistration signal) : IDisposable
    {
        public void Dispose()
        {
            signal.Dispose();
            Subreaper(false);
        }
    }
}
