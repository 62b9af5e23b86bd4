using System.Net.Sockets;

namespace Pinacle.Guest.Linux;

/// <summary>Reads one end of a pipe and gives the bytes in order. Without a thread of its own: in a sandbox each costs a dozen slow system calls, and faults its stack in anew.</summary>
/// <param name="descriptor">Closed at the end; nothing is read where it is negative.</param>
internal sealed class PipeReader(int descriptor)
{
    private const int Small = 4 << 10;
    private const int Large = 64 << 10;

    // A socket by name only: the runtime reads whatever epoll(7) can wait for by it, as for its own pipes.
    private readonly Socket? _pipe = descriptor < 0 ? null : new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));

    /// <summary>True while there is something in the pipe that was not read yet.</summary>
    public bool HasMore
    {
        get
        {
            try
            {
                return _pipe is { Available: > 0 };
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Completes when the pipe's other ends are all closed.</summary>
    /// <param name="take">A slow one slows the writer down, and nobody else. The bytes are valid until it is done.</param>
    public async Task Read(Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        if (_pipe is not { } pipe)
            return;
        using var end = pipe;
        var buffer = new byte[Small];
        while (true)
        {
            var reading = pipe.ReceiveAsync(buffer.AsMemory());
            var waited = !reading.IsCompleted;
            if (await reading is not (> 0 and var count))
                break;
            await take(buffer.AsMemory(0, count));
            if (count == buffer.Length && count < Large)
                buffer = new byte[count * 4];
            // One that writes without end must not have the pool's only thread for itself.
            if (!waited)
                await Task.Yield();
        }
    }

    /// <inheritdoc cref="Read(Func{ReadOnlyMemory{byte}, ValueTask})"/>
    public Task Read(Action<ReadOnlyMemory<byte>> take) =>
        Read(bytes =>
        {
            take(bytes);
            return ValueTask.CompletedTask;
        });
}
