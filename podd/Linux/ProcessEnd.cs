using System.Runtime.InteropServices;

namespace Pinacle.Podd.Linux;

/// <summary>Tells when processes that are not podd's children end, by pidfd (pidfd_open(2)): no polling, no wait.</summary>
public static class ProcessEnd
{
    /// <summary>Completes when the process has ended; at once when it is not there.</summary>
    public static Task Of(ProcessIdentity process)
    {
        var descriptor = LibC.PidfdOpen(process.Pid);
        if (descriptor < 0 || !process.Alive)
        {
            if (descriptor >= 0)
                _ = LibC.Close(descriptor);
            return Task.CompletedTask;
        }
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread per sandbox that sleeps in poll(2): 64 KiB of address space each, no CPU.
        new Thread(() => Wait(descriptor, ended), maxStackSize: 64 << 10) { IsBackground = true, Name = "pidfd" }.Start();
        return ended.Task;
    }

    private static unsafe void Wait(int descriptor, TaskCompletionSource ended)
    {
        var poll = new LibC.PollFd { Fd = descriptor, Events = LibC.POLLIN };
        while (LibC.Poll(&poll, 1, -1) < 0 && Marshal.GetLastPInvokeError() == 4 /* EINTR */)
        {
            // Interrupted: wait again.
        }
        _ = LibC.Close(descriptor);
        ended.SetResult();
    }
}
