using System.Threading.Channels;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>What a child prints, on its way to the caller. Bounded: a caller that reads slowly slows the child down, not the guest.</summary>
internal sealed class Printed
{
    private readonly Channel<(GuestFrame Kind, byte[] Bytes)> _frames = Channel.CreateBounded<(GuestFrame Kind, byte[] Bytes)>(16);
    private readonly Child _child;
    private readonly Connection _connection;
    private readonly PipeReader _stdout;
    private readonly PipeReader _stderr;

    /// <summary>Begins to read.</summary>
    /// <param name="child">Who prints.</param>
    /// <param name="connection">Where to.</param>
    /// <param name="errors">False to drop what it prints as errors.</param>
    public Printed(Child child, Connection connection, bool errors = true)
    {
        (_child, _connection) = (child, connection);
        _stdout = new PipeReader(child.Stdout, bytes => Pass(GuestFrame.Stdout, bytes));
        _stderr = errors ? new PipeReader(child.Stderr, bytes => Pass(GuestFrame.Stderr, bytes)) : new PipeReader(child.Stderr, _ => { });
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
                await _connection.Send(kind, bytes, cancellationToken);
            return await ending;
        }
        finally
        {
            _frames.Writer.TryComplete();
            // Nobody takes anything any more.
            await over.CancelAsync();
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
        await Task.WhenAll(_stdout.Rest(over), _stderr.Rest(over));
        _frames.Writer.TryComplete();
        return new GuestExit(code, !inTime && !closed.IsCompleted);
    }

    private async ValueTask Pass(GuestFrame kind, ReadOnlyMemory<byte> bytes)
    {
        var frame = (kind, bytes.ToArray());
        while (!_frames.Writer.TryWrite(frame))
        {
            // Waiting here is the backpressure.
            if (!await _frames.Writer.WaitToWriteAsync())
                return;
        }
    }
}
