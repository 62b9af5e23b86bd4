using System.Buffers.Binary;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Messages on a TCP connection: two bytes of length, then the message (RFC 1035 §4.2.2).</summary>
internal static class DnsStream
{
    /// <summary>The next message; null at the end of the stream, or when it is longer than <paramref name="limit"/>.</summary>
    public static async Task<byte[]?> Read(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var prefix = new byte[2];
        if (await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken) < prefix.Length)
            return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        if (length > limit)
            return null;
        var message = new byte[length];
        return await stream.ReadAtLeastAsync(message, length, throwOnEndOfStream: false, cancellationToken) < length ? null : message;
    }

    /// <summary>Writes a message in one piece: some resolvers take a length that comes alone for the end.</summary>
    public static async Task Write(Stream stream, byte[] message, CancellationToken cancellationToken)
    {
        var framed = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);
    }
}
