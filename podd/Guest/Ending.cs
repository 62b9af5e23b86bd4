using Pinacle.Guest.Linux;

namespace Pinacle.Guest;

/// <summary>The end of a pod, in order: what a person started last has the least to say, what the disk does not have yet is written at the end.</summary>
internal sealed class Ending(PodGuest guest)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastGrace = TimeSpan.FromSeconds(2);

    /// <summary>Ends services, the last first, then whatever else runs in the pod, and flushes its files.</summary>
    public async Task Run()
    {
        await guest.Supervisor.Stop(Grace);
        await guest.Terminals.CloseAll();
        // Only a pod's own PID 1 may: an ordinary process (a test) would end the machine it runs on.
        if (Environment.ProcessId == 1)
            await EndTheRest();
        await Task.Run(LibC.Sync);
    }

    // Databases that a person started by hand, left-over daemons.
    private static async Task EndTheRest()
    {
        _ = LibC.Kill(-1, LibC.SIGTERM);
        for (var end = Environment.TickCount64 + (long)LastGrace.TotalMilliseconds; Environment.TickCount64 < end && Others(); await Task.Delay(20))
        {
            // They are writing what they must.
        }
        _ = LibC.Kill(-1, LibC.SIGKILL);
    }

    private static bool Others() => Directory.EnumerateDirectories("/proc").Any(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != 1 && File.Exists($"/proc/{pid}/exe"));
}
