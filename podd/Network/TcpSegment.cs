using System.Buffers.Binary;
using System.Net;

namespace Pinacle.Podd.Network;

/// <summary>The parts of an IPv4 TCP segment (RFC 9293) that matter for ending a connection, read from and written to an Ethernet frame.</summary>
/// <param name="Source">Who sends.</param>
/// <param name="Destination">Who receives.</param>
/// <param name="Sequence">Number of its first byte.</param>
/// <param name="Acknowledgment">Number of the byte that is expected next.</param>
/// <param name="Control">Its control bits.</param>
/// <param name="Length">Bytes that it carries.</param>
public readonly record struct TcpSegment(IPEndPoint Source, IPEndPoint Destination, uint Sequence, uint Acknowledgment, TcpControl Control, int Length = 0)
{
    private const int Ethernet = 14;
    private const int Ip = 20;
    private const int Tcp = 20;
    private const byte TcpProtocol = 6;

    /// <summary>Bytes of a frame without data.</summary>
    public const int FrameLength = Ethernet + Ip + Tcp;

    /// <summary>The number after everything that it carries; a FIN counts as one byte.</summary>
    public uint End => Sequence + (uint)Length + (Control.HasFlag(TcpControl.Fin) ? 1u : 0u);

    /// <summary>Reads a frame; null when it is not a whole header of TCP over IPv4.</summary>
    public static TcpSegment? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < FrameLength || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800)
            return null;
        var ip = frame[Ethernet..];
        var header = (ip[0] & 0x0F) * 4;
        if (ip[0] >> 4 != 4 || header < Ip || ip[9] != TcpProtocol || ip.Length < header + Tcp)
            return null;
        var tcp = ip[header..];
        var length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - header - ((tcp[12] >> 4) * 4);
        return new TcpSegment(
            new IPEndPoint(new IPAddress(ip[12..16]), BinaryPrimitives.ReadUInt16BigEndian(tcp)),
            new IPEndPoint(new IPAddress(ip[16..20]), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            (TcpControl)tcp[13],
            Math.Max(length, 0));
    }

    /// <summary>Makes the frame that carries it; it has no data.</summary>
    public byte[] Frame(ReadOnlySpan<byte> to, ReadOnlySpan<byte> from)
    {
        var frame = new byte[FrameLength];
        to.CopyTo(frame);
        from.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        var ip = frame.AsSpan(Ethernet, Ip);
        var tcp = frame.AsSpan(Ethernet + Ip, Tcp);
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], Ip + Tcp);
        ip[6] = 0x40; // don't fragment
        ip[8] = 64;
        ip[9] = TcpProtocol;
        Source.Address.TryWriteBytes(ip[12..], out _);
        Destination.Address.TryWriteBytes(ip[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip, 0));
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], (ushort)Destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], Acknowledgment);
        tcp[12] = (Tcp / 4) << 4;
        tcp[13] = (byte)Control;
        BinaryPrimitives.WriteUInt16BigEndian(tcp[14..], ushort.MaxValue);
        // Over a pseudo header as well: both addresses, protocol, length.
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Checksum(tcp, Sum(ip[12..20]) + TcpProtocol + Tcp));
        return frame;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes, uint sum)
    {
        sum += Sum(bytes);
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var word = 0; word < bytes.Length; word += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[word..]);
        return sum;
    }
}
