using System.Runtime.InteropServices;

namespace Pinacle.Guest.Linux;

/// <summary>Reads one end of a pipe on a thread of its own and gives the bytes in order.</summary>
internal static class PipeReader
{
    /// <summary>Completes when the pipe's other ends are all closed.</summary>
    /// <param name="descriptor">Closed at the end; nothing is read where it is negative.</param>
    /// <param name="take">Called on the reading thread: a slow one slows the writer down, and nobody else.</param>
    public static Task Read(int descriptor, Action<ReadOnlyMemory<byte>> take)
    {
        if (descriptor < 0)
            return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Loop(descriptor, take, done), maxStackSize: 256 << 10) { IsBackground = true, Name = "pipe" }.Start();
        return done.Task;
    }

    private static unsafe void Loop(int descriptor, Action<ReadOnlyMemory<byte>> take, TaskCompletionSource done)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (true)
            {
                nint count;
                fixed (byte* pointer = buffer)
                    count = LibC.Read(descriptor, pointer, buffer.Length);
                if (count < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR)
                    continue;
                if (count <= 0)
                    break;
                take(buffer.AsMemory(0, (int)count));
            }
            done.SetResult();
        }
        catch (Exception error)
        {
            done.SetException(error);
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }
}
