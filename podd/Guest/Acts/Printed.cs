using System.Threading.Channels;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>What a child prints, on its way to the caller. Bounded: a caller that reads slowly slows the child down, not the guest.</summary>
internal sealed class Printed
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private readonly Channel<(GuestFrame Kind, byte[] Bytes)> _frames = Channel.CreateBounded<(GuestFrame Kind, byte[] Bytes)>(16);
    private readonly Child _child;
    private readonly Connection _connection;
    private readonly Task _reading;
    private int _sent;

    /// <summary>Begins to read.</summary>
    /// <param name="child">Who prints.</param>
    /// <param name="connection">Where to.</param>
    /// <param name="errors">False to drop what it prints as errors.</param>
    public Printed(Child child, Connection connection, bool errors = true)
    {
        (_child, _connection) = (child, connection);
        _reading = Task.WhenAll(
            Pump(child.Stdout, GuestFrame.Stdout),
            errors ? Pump(child.Stderr, GuestFrame.Stderr) : PipeReader.Read(child.Stderr, _ => { }));
    }

    /// <summary>Sends all of it until the child has ended; one whose time is over, or whose caller went, is ended with all that came of it.</summary>
    public async Task<GuestExit> Send(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(limit);
        var ending = End(over.Token, cancellationToken);
        try
        {
            await foreach (var (kind, bytes) in _frames.Reader.ReadAllAsync(cancellationToken))
            {
                await _connection.Send(kind, bytes, cancellationToken);
                Interlocked.Increment(ref _sent);
            }
            return await ending;
        }
        finally
        {
            _frames.Writer.TryComplete();
        }
    }

    private async Task<GuestExit> End(CancellationToken over, CancellationToken cancellationToken)
    {
        var closed = _connection.Closed(cancellationToken);
        await Task.WhenAny(_child.Exit, closed, Task.Delay(Timeout.Infinite, over));
        var inTime = _child.Exit.IsCompleted;
        // A command that is cut goes with all that came of it, which only it can be traced to: all at once.
        if (!inTime)
            await _child.EndKin();
        // Whatever a command left in its group holds the pipes open: it ends with the command.
        _child.Signal(LibC.SIGKILL);
        var code = await _child.Exit;
        for (var before = -1; before != Volatile.Read(ref _sent) && !_reading.IsCompleted && !over.IsCancellationRequested;)
        {
            before = Volatile.Read(ref _sent);
            await Task.WhenAny(_reading, Task.Delay(Quiet, CancellationToken.None));
        }
        _frames.Writer.TryComplete();
        return new GuestExit(code, !inTime && !closed.IsCompleted);
    }

    private Task Pump(int descriptor, GuestFrame kind) =>
        PipeReader.Read(descriptor, async bytes =>
        {
            var frame = (kind, bytes.ToArray());
            while (!_frames.Writer.TryWrite(frame))
            {
                // Waiting here is the backpressure.
                if (!await _frames.Writer.WaitToWriteAsync())
                    return;
            }
        });
}
