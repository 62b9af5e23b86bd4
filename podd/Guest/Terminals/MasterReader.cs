using System.Runtime.InteropServices;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Terminals;

/// <summary>Reads the master of a terminal on a thread of its own and gives the bytes in order: who makes it non-blocking does so for who writes to it, too.</summary>
internal static class MasterReader
{
    /// <summary>Completes when nobody has the terminal any more.</summary>
    /// <param name="descriptor">Closed at the end.</param>
    /// <param name="take">Called on the reading thread: a slow one slows the writer down, and nobody else.</param>
    public static Task Read(int descriptor, Action<ReadOnlyMemory<byte>> take)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Loop(descriptor, take, done), maxStackSize: 256 << 10) { IsBackground = true, Name = "terminal-out" }.Start();
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
