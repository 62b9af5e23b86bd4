using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pinacle.Contracts;

namespace Pinacle.Guest;

/// <summary>The guest's side of one connection.</summary>
/// <param name="socket">Closed with it.</param>
/// <param name="patience">A caller that takes nothing for so long is given up; null for a minute.</param>
internal sealed class Connection(Socket socket, TimeSpan? patience = null) : IDisposable
{
    private const int Small = 4096;
    private const int MostDrained = 16 << 20;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _writing = new(1);
    private byte[] _buffer = new byte[Small];
    private int _start;
    private Task? _closed;
    private int _end;

    public Socket Socket { get; } = socket;

    /// <summary>The first line; null when the caller closed before its end.</summary>
    /// <exception cref="FaultException">It does not begin with the key: then nothing of it is kept or parsed.</exception>
    public async Task<GuestCall?> ReadCall(string key, CancellationToken cancellationToken)
    {
        var greeting = Encoding.ASCII.GetBytes($"{{\"key\":\"{key}\"");
        var (scanned, known) = (0, false);
        while (true)
        {
            var newline = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (!known && (newline >= 0 || _end >= greeting.Length))
                known = CryptographicOperations.FixedTimeEquals(_buffer.AsSpan(0, Math.Min(_end, greeting.Length)), greeting)
                    ? true
                    : throw new FaultException(FaultKind.Unauthorized, "cannot answer: the key is not this pod's");
            if (newline >= 0)
            {
                _start = scanned + newline + 1;
                return JsonSerializer.Deserialize(_buffer.AsSpan(0, _start - 1), ContractsJson.Default.GuestCall);
            }
            scanned = _end;
            if (_end == GuestProtocol.MaxLine)
                throw new FaultException(FaultKind.TooLarge, $"cannot read the call: it is over {GuestProtocol.MaxLine} bytes");
            if (_end == _buffer.Length)
                Array.Resize(ref _buffer, Math.Min(_buffer.Length * 4, GuestProtocol.MaxLine));
            var count = await Socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
            if (count == 0)
                return null;
            _end += count;
        }
    }

    /// <summary>True once the answer line was sent: from then on there are only frames.</summary>
    public bool Answered { get; private set; }

    /// <summary>Sends the answer line.</summary>
    public Task Answer(GuestAnswer answer, CancellationToken cancellationToken)
    {
        Answered = true;
        return SendAll((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(answer, ContractsJson.Default.GuestAnswer), (byte)'\n'], cancellationToken);
    }

    /// <summary>Sends a frame with JSON in it.</summary>
    public Task Send<T>(GuestFrame kind, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        Send(kind, JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken);

    /// <summary>Sends bytes, in as many frames as they need.</summary>
    public async Task Send(GuestFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        do
        {
            var part = payload[..Math.Min(payload.Length, GuestProtocol.MaxFrame)];
            payload = payload[part.Length..];
            var frame = new byte[5 + part.Length];
            frame[0] = (byte)kind;
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), part.Length);
            part.CopyTo(frame.AsMemory(5));
            await SendAll(frame, cancellationToken);
        }
        while (!payload.IsEmpty);
    }

    /// <summary>The next frame of the caller; null when it closed or does not keep to the protocol.</summary>
    public async Task<(GuestFrame Kind, ReadOnlyMemory<byte> Payload)?> ReadFrame(CancellationToken cancellationToken)
    {
        if (!await Fill(5, cancellationToken))
            return null;
        var kind = (GuestFrame)_buffer[_start];
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + 1));
        if (length is < 0 or > GuestProtocol.MaxFrame || !await Fill(5 + length, cancellationToken))
            return null;
        var payload = _buffer.AsMemory(_start + 5, length);
        _start += 5 + length;
        return (kind, payload);
    }

    /// <summary>Bytes that came behind the first line.</summary>
    public ReadOnlyMemory<byte> Leading() => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Completes when the caller has closed its side.</summary>
    public Task Closed(CancellationToken cancellationToken) => _closed ??= WaitForClose(cancellationToken);

    /// <summary>Ends the connection in order: a socket that is closed with bytes unread is reset, and what was sent last is lost.</summary>
    public async Task Finish()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
            using var limit = new CancellationTokenSource(Linger);
            await (_closed ?? Drain(limit.Token)).WaitAsync(limit.Token);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The caller was faster, or will not end.
        }
    }

    /// <summary>Says every so often that the guest is there, until the result is disposed: a caller can tell a quiet act from a lost guest.</summary>
    public IAsyncDisposable Beat(TimeSpan? every = null) => new Beats(this, every ?? TimeSpan.FromSeconds(GuestProtocol.BeatSeconds));

    private async Task Drain(CancellationToken cancellationToken)
    {
        var left = MostDrained;
        for (var count = 1; count > 0 && left > 0; left -= count)
            count = await Socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
    }

    private async Task WaitForClose(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadFrame(cancellationToken) is not null)
            {
                // What a caller says meanwhile has no meaning in this act.
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // A reset is an end, too.
        }
    }

    public void Dispose()
    {
        Socket.Dispose();
        _writing.Dispose();
    }

    private async Task<bool> Fill(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
            return true;
        if (_buffer.Length - _start < count)
        {
            // Most callers say nothing more after their first line: only a frame that needs it has a large buffer.
            var larger = new byte[Math.Max(_buffer.Length, count > Small ? 5 + GuestProtocol.MaxFrame : Small)];
            _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
            (_buffer, _start, _end) = (larger, 0, _end - _start);
        }
        while (_end - _start < count)
        {
            var read = await Socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                return false;
            _end += read;
        }
        return true;
    }

    private async Task SendAll(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            while (!bytes.IsEmpty)
            {
                limit.CancelAfter(_patience);
                bytes = bytes[await Socket.SendAsync(bytes, limit.Token)..];
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}
