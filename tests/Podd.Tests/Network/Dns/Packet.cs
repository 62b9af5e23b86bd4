using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Pinacle.Podd.Tests.Network.Dns;

/// <summary>Builds DNS messages by hand, so that the tests do not believe the code they test.</summary>
internal sealed class Packet
{
    private readonly List<byte> _bytes = [];

    public static byte[] Query(string name, ushort type, ushort id = 0x1234, int? size = null)
    {
        var packet = new Packet().UInt16(id).UInt16(0x0100).UInt16(1).UInt16(0).UInt16(0).UInt16((ushort)(size is null ? 0 : 1)).Name(name).UInt16(type).UInt16(1);
        if (size is { } value)
            packet.Bytes(0).UInt16(41).UInt16((ushort)value).UInt16(0).UInt16(0).UInt16(0);
        return packet.ToArray();
    }

    /// <summary>The answer of an upstream to one of the forwarder's own questions.</summary>
    public static byte[] Answer(ReadOnlySpan<byte> question, ushort flags, params IReadOnlyList<IPAddress> addresses)
    {
        // Its OPT record, the last 11 bytes, is not repeated.
        var packet = new Packet().Bytes(question[..2].ToArray()).UInt16(flags).UInt16(1).UInt16((ushort)addresses.Count).UInt16(0).UInt16(0).Bytes(question[12..^11].ToArray());
        foreach (var address in addresses)
        {
            var data = address.GetAddressBytes();
            packet.UInt16(0xC00C).UInt16((ushort)(data.Length == 4 ? 1 : 28)).UInt16(1).UInt16(0).UInt16(60).UInt16((ushort)data.Length).Bytes(data);
        }

        return packet.ToArray();
    }

    public static int Code(byte[] message) => message[3] & 0x0F;

    public static int AnswerCount(byte[] message) => BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(6));

    public static bool IsTruncated(byte[] message) => (message[2] & 2) != 0;

    public Packet UInt16(ushort value) => Bytes((byte)(value >> 8), (byte)value);

    public Packet Bytes(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Packet Name(string name)
    {
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
            Bytes((byte)label.Length).Bytes(Encoding.ASCII.GetBytes(label));
        return Bytes(0);
    }

    public byte[] ToArray() => [.. _bytes];
}
