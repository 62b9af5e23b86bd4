using System.Net.Sockets;

namespace Pinacle.Guest.Linux;

/// <summary>Reads one end of a pipe, from when it is made, and gives the bytes in order. Without a thread of its own: in a sandbox each costs a dozen slow system calls, and faults its stack in anew.</summary>
internal sealed class PipeReader
{
    private const int Small = 4 << 10;
    private const int Large = 64 << 10;

    // What a pipe holds at most, as its users may have it, and a piece that is being taken.
    private const int MostHeld = (1 << 20) + Large;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly Socket? _pipe;
    private readonly Task _reading;
    private volatile bool _taking;
    private volatile int _waits;
    private long _taken;

    /// <summary>Reads until the pipe's other ends are all closed.</summary>
    /// <param name="descriptor">Closed at the end; nothing is read where it is negative.</param>
    /// <param name="take">A slow one slows the writer down, and nobody else. The bytes are valid until it is done.</param>
    public PipeReader(int descriptor, Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        // A socket by name only: the runtime reads whatever epoll(7) can wait for by it, as for its own pipes.
        _pipe = descriptor < 0 ? null : new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        _reading = _pipe is null ? Task.CompletedTask : Read(_pipe, take);
    }

    /// <inheritdoc cref="PipeReader(int, Func{ReadOnlyMemory{byte}, ValueTask})"/>
    public PipeReader(int descriptor, Action<ReadOnlyMemory<byte>> take)
        : this(descriptor, bytes =>
        {
            take(bytes);
            return ValueTask.CompletedTask;
        })
    {
    }

    /// <summary>
    /// Completes when what a command had printed by its end is taken, however slowly. What it left behind may hold the pipe open for ever, and print to it: that is not waited for.
    /// </summary>
    /// <param name="over">Ends the wait.</param>
    public async Task Rest(CancellationToken over)
    {
        var (begin, waits, before) = (Interlocked.Read(ref _taken), _waits, -1L);
        while (!_reading.IsCompleted && !over.IsCancellationRequested)
        {
            var now = Interlocked.Read(ref _taken);
            // Twice: the first time the runtime may not have heard yet of what had come.
            var isEmptied = _waits - waits > 1 && !HasMore;
            var isQuiet = now == before && !_taking && !HasMore;
            if (isEmptied || isQuiet || now - begin >= MostHeld)
                return;
            before = now;
            await Task.WhenAny(_reading, Task.Delay(Quiet, over));
        }
    }

    private bool HasMore
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

    private async Task Read(Socket pipe, Func<ReadOnlyMemory<byte>, ValueTask> take)
    {
        using var end = pipe;
        var buffer = new byte[Small];
        while (true)
        {
            var reading = pipe.ReceiveAsync(buffer.AsMemory());
            var waited = !reading.IsCompleted;
            if (waited)
                _waits++;
            if (await reading is not (> 0 and var count))
                break;
            _taking = true;
            await take(buffer.AsMemory(0, count));
            Interlocked.Add(ref _taken, count);
            _taking = false;
            if (count == buffer.Length && count < Large)
                buffer = new byte[count * 4];
            // One that writes without end must not have the pool's only thread for itself.
            if (!waited)
                await Task.Yield();
        }
    }
}
