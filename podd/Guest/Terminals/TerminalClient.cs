using System.Buffers.Binary;
using System.Text.Json;
using Pinacle.Contracts;

namespace Pinacle.Guest.Terminals;

/// <summary>One who looks at a terminal. It is sent no more than it has given credit for; what it is too slow for is skipped.</summary>
internal sealed class TerminalClient(Terminal terminal) : IDisposable
{
    private const int Chunk = 16 << 10;
    // ESC c: after a gap nobody knows in which mode the screen is.
    private static readonly byte[] Reset = "\u001bc"u8.ToArray();
    private readonly Lock _sizing = new();
    private long _position;
    private long _credit = GuestProtocol.TerminalCredit;
    private TerminalSize _size = terminal.Size;

    /// <summary>How much of the terminal's output it was sent, or has missed.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Carries bytes both ways until the client goes or the terminal ends.</summary>
    public async Task Run(Connection connection, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (listening, talking) = (Listen(connection, end.Token), Talk(connection, end.Token));
        try
        {
            await await Task.WhenAny(listening, talking);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(listening, talking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => terminal.Detach(this);

    private async Task Talk(Connection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = terminal.Changed.Next;
            var credit = Volatile.Read(ref _credit);
            var (from, bytes) = terminal.Read(_position, (int)Math.Clamp(credit, 0, Chunk));
            if (bytes.Length > 0)
            {
                if (from > _position && _position > 0)
                    await connection.Send(GuestFrame.Stdout, Reset, cancellationToken);
                await connection.Send(GuestFrame.Stdout, bytes, cancellationToken);
                Interlocked.Add(ref _credit, -bytes.Length);
                Volatile.Write(ref _position, from + bytes.Length);
                terminal.Progress();
                continue;
            }
            if (SizeOfAnother() is { } size)
                await connection.Send(GuestFrame.Resize, size, ContractsJson.Default.TerminalSize, cancellationToken);
            if (terminal.IsOver(_position))
            {
                terminal.Seen = true;
                await connection.Send(GuestFrame.Exit, new GuestExit(terminal.ExitCode!.Value), ContractsJson.Default.GuestExit, cancellationToken);
                return;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    // The size that this client does not know yet; null where there is none.
    private TerminalSize? SizeOfAnother()
    {
        lock (_sizing)
        {
            if (terminal.Size is var size && size == _size)
                return null;
            return _size = size;
        }
    }

    // Together, or the other side would be told in between that somebody had set it back.
    private void Resize(TerminalSize? wanted)
    {
        lock (_sizing)
        {
            var size = wanted ?? _size;
            terminal.Resize(size);
            _size = size;
        }
    }

    private async Task Listen(Connection connection, CancellationToken cancellationToken)
    {
        while (await connection.ReadFrame(cancellationToken) is { } frame)
        {
            switch (frame.Kind)
            {
                case GuestFrame.Stdin:
                    await terminal.Type(frame.Payload.ToArray(), cancellationToken);
                    break;
                case GuestFrame.Resize:
                    Resize(JsonSerializer.Deserialize(frame.Payload.Span, ContractsJson.Default.TerminalSize));
                    break;
                case GuestFrame.Signal when frame.Payload.Length == 1:
                    terminal.Signal(frame.Payload.Span[0]);
                    break;
                case GuestFrame.Credit when frame.Payload.Length == 4:
                    Interlocked.Add(ref _credit, BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.Span));
                    terminal.Changed.Raise();
                    break;
                default:
                    throw new FaultException(FaultKind.Invalid, $"cannot go on: a frame {frame.Kind} means nothing to a terminal");
            }
        }
    }
}
