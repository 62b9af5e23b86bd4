namespace Pinacle.Web.Gateway;

/// <summary>
/// A connection to an app. One that answers in HTTP/1.0 closes after its answer (RFC 9112 §9.3), yet SocketsHttpHandler takes only "Connection: close" for a sign of that,
/// keeps the connection, and loses the next request on it when the end has not come through the tunnel by then. So that header is put into such an answer; YARP passes no header of
/// a connection on.
/// </summary>
internal sealed class TunnelStream(Stream inner) : Stream
{
    private const int LongestStatusLine = 1024;

    private ReadOnlyMemory<byte> _ready;
    private bool _begun;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    private static ReadOnlySpan<byte> Old => "HTTP/1.0"u8;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_begun && buffer.Length > 0)
        {
            _ready = await Begin(cancellationToken);
            _begun = true;
            if (_ready.IsEmpty)
                return 0;
        }
        if (_ready.IsEmpty)
            return await inner.ReadAsync(buffer, cancellationToken);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    // Of a newer protocol, the first piece as it is; of HTTP/1.0, up to the end of the status line and the header behind it. None at the end of the stream.
    private async Task<ReadOnlyMemory<byte>> Begin(CancellationToken cancellationToken)
    {
        var bytes = new byte[LongestStatusLine];
        for (var length = 0; length < bytes.Length;)
        {
            var count = await inner.ReadAsync(bytes.AsMemory(length), cancellationToken);
            length += count;
            var compared = Math.Min(length, Old.Length);
            if (count == 0 || !bytes.AsSpan(0, compared).SequenceEqual(Old[..compared]))
                return bytes.AsMemory(0, length);
            var end = bytes.AsSpan(0, length).IndexOf((byte)'\n') + 1;
            if (end > 0)
                return (byte[])[.. bytes[..end], .. "Connection: close\r\n"u8, .. bytes[end..length]];
        }
        return bytes;
    }
}
