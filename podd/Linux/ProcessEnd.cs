using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Pinacle.Podd.Linux;

/// <summary>Tells when a process ends, by pidfd (pidfd_open(2)): no polling. How it ended can be told of podd's own children, which sandboxes are that this podd started (<see cref="Orphans"/>).</summary>
public static class ProcessEnd
{
    private static readonly ConcurrentDictionary<ProcessIdentity, Lazy<Task<ProcessExit?>>> Awaited = new();

    /// <summary>Completes when the process has ended, with how; at once, with null, when it is not there. Null, too, when it is not podd's child: never guessed. Who asks about the same process gets the same answer, since only one can reap it.</summary>
    public static Task<ProcessExit?> Of(ProcessIdentity process) =>
        Awaited.GetOrAdd(process, key => new Lazy<Task<ProcessExit?>>(() => Begin(key))).Value;

    /// <summary>True while somebody waits for that process here, and will reap it.</summary>
    internal static bool Awaits(int pid) => Awaited.Keys.Any(process => process.Pid == pid);

    private static Task<ProcessExit?> Begin(ProcessIdentity process)
    {
        var descriptor = LibC.PidfdOpen(process.Pid);
        if (descriptor < 0 || !process.Exists)
        {
            if (descriptor >= 0)
                _ = LibC.Close(descriptor);
            Awaited.TryRemove(process, out _);
            return Task.FromResult<ProcessExit?>(null);
        }
        var ended = new TaskCompletionSource<ProcessExit?>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread per sandbox that sleeps in poll(2): 64 KiB of address space each, no CPU.
        new Thread(() => Wait(process, descriptor, ended), maxStackSize: 64 << 10) { IsBackground = true, Name = "pidfd" }.Start();
        return ended.Task;
    }

    private static unsafe void Wait(ProcessIdentity process, int descriptor, TaskCompletionSource<ProcessExit?> ended)
    {
        var poll = new LibC.PollFd { Fd = descriptor, Events = LibC.POLLIN };
        while (LibC.Poll(&poll, 1, -1) < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
        {
            // Interrupted: wait again.
        }
        var exit = ProcessExit.Reap(LibC.P_PIDFD, descriptor);
        _ = LibC.Close(descriptor);
        Awaited.TryRemove(process, out _);
        ended.SetResult(exit);
    }
}
