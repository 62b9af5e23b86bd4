using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pinacle.Contracts;

namespace Pinacle.Podd.Guests;

/// <summary>One connection to a guest: a JSON line each way, then frames.</summary>
/// <param name="socket">Closed with it.</param>
/// <param name="patience">How quiet the guest may be.</param>
internal sealed class GuestConnection(Socket socket, GuestPatience patience) : IAsyncDisposable
{
    private const int MostBeats = 1000;
    private static readonly TimeSpan BeatWindow = TimeSpan.FromSeconds(10);
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly byte[] _buffer = new byte[5 + GuestProtocol.MaxFrame];
    private int _start;
    private int _end;
    private int _beats;
    private long _beatsSince;

    /// <summary>What the guest answered.</summary>
    public GuestAnswer Answer { get; private set; } = new();

    /// <summary>Sends the call and reads the answer; the guest's fault becomes an exception.</summary>
    public async Task Begin(GuestCall call, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(call, ContractsJson.Default.GuestCall);
        await _stream.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
        Answer = JsonSerializer.Deserialize((await ReadLine(cancellationToken)).Span, ContractsJson.Default.GuestAnswer) ?? throw Broken("an empty answer");
        if (Answer.Fault is { } fault)
            throw new FaultException(GuestWord.Check(fault));
        if (Answer.Listing is { } listing)
            GuestWord.Check(listing);
        if (Answer.File is { } file)
            GuestWord.Check(file);
    }

    /// <summary>The next frame that is not a beat; null when the guest closed. The payload is valid until the next call.</summary>
    /// <exception cref="FaultException">The guest's own fault, or one for a guest that breaks its protocol or has gone quiet.</exception>
    public async Task<Frame?> Read(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!await Fill(5, cancellationToken))
                return _end == _start ? null : throw Broken("a frame ended in its head");
            var kind = (GuestFrame)_buffer[_start];
            var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + 1));
            if (length is < 0 or > GuestProtocol.MaxFrame)
                throw Broken($"a frame of {length} bytes");
            if (!await Fill(5 + length, cancellationToken))
                throw Broken("a frame ended in its payload");
            var frame = new Frame(kind, _buffer.AsMemory(_start + 5, length));
            _start += 5 + length;
            if (kind == GuestFrame.Fault)
                throw new FaultException(GuestWord.Check(frame.As(ContractsJson.Default.Fault)));
            if (kind != GuestFrame.Beat)
                return frame;
            CountBeat();
        }
    }

    /// <summary>Sends a frame.</summary>
    public Task Write(GuestFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        patience.Limit(
            "it takes nothing",
            async token =>
            {
                var head = new byte[5];
                head[0] = (byte)kind;
                BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), payload.Length);
                await _stream.WriteAsync(head, token);
                if (!payload.IsEmpty)
                    await _stream.WriteAsync(payload, token);
                return true;
            },
            cancellationToken);

    /// <summary>The connection as raw bytes; what already arrived behind the answer comes first.</summary>
    public Stream Raw() => _start == _end ? _stream : new LeadingStream(_buffer.AsMemory(_start, _end - _start), _stream);

    /// <summary>The fault of a guest that does not keep to its protocol.</summary>
    public static FaultException Broken(string what) => new(FaultKind.GuestBroken, $"cannot understand the guest: {what}");

    /// <summary>Says that nothing more comes, and waits until the guest has closed, too.</summary>
    public async Task End(CancellationToken cancellationToken)
    {
        socket.Shutdown(SocketShutdown.Send);
        while (await patience.Read(_stream, _buffer, cancellationToken) > 0)
        {
            // Nobody asked for more.
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<ReadOnlyMemory<byte>> ReadLine(CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        while (true)
        {
            if (_start == _end && !await Fill(1, cancellationToken))
                throw new IOException("the guest closed without an answer");
            var span = _buffer.AsSpan(_start, _end - _start);
            var newline = span.IndexOf((byte)'\n');
            line.Write(newline < 0 ? span : span[..newline]);
            _start += newline < 0 ? span.Length : newline + 1;
            if (newline >= 0)
                return line.GetBuffer().AsMemory(0, (int)line.Length);
            if (line.Length > GuestProtocol.MaxLine)
                throw Broken("an endless answer");
        }
    }

    // Nobody else looks at beats: a guest that sends nothing else must not keep podd busy.
    private void CountBeat()
    {
        if (_beats == 0 || TimeProvider.System.GetElapsedTime(_beatsSince) > BeatWindow)
            (_beats, _beatsSince) = (0, TimeProvider.System.GetTimestamp());
        if (++_beats > MostBeats)
            throw Broken("beats without end");
    }

    // Makes sure that so many bytes are in the buffer; false when the other side closed before.
    private async Task<bool> Fill(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
            return true;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            var read = await patience.Read(_stream, _buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                return false;
            _end += read;
        }
        return true;
    }

    /// <summary>A frame as it came.</summary>
    public readonly record struct Frame(GuestFrame Kind, ReadOnlyMemory<byte> Payload)
    {
        /// <summary>The payload as JSON of a contract.</summary>
        public T As<T>(JsonTypeInfo<T> type)
        {
            try
            {
                return JsonSerializer.Deserialize(Payload.Span, type) ?? throw Broken("an empty event");
            }
            catch (JsonException error)
            {
                throw Broken(error.Message);
            }
        }
    }
}
