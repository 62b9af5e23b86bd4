using System.Buffers.Binary;
using System.Net;

namespace Pinacle.Podd.Network.Dns;

/// <summary>What an upstream said to a question.</summary>
/// <param name="Code">Its response code.</param>
/// <param name="Truncated">More of it can be had over TCP.</param>
/// <param name="Count">Records in its answer section.</param>
/// <param name="Records">That section as it came.</param>
/// <param name="Addresses">Every address in it.</param>
internal sealed record DnsAnswer(int Code, bool Truncated, int Count, byte[] Records, IReadOnlyList<IPAddress> Addresses)
{
    private const int MostRecords = 512;

    /// <summary>Reads a packet that claims to be the answer to <paramref name="query"/> under <paramref name="id"/>; null when it is not, or is malformed.</summary>
    public static DnsAnswer? Read(ReadOnlySpan<byte> packet, DnsQuery query, ushort id)
    {
        var begin = DnsQuery.HeaderLength + query.Question.Length;
        if (packet.Length < begin
            || BinaryPrimitives.ReadUInt16BigEndian(packet) != id
            || (packet[2] & 0xF8) != 0x80
            || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != 1
            || !packet[DnsQuery.HeaderLength..begin].SequenceEqual(query.Question))
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        var truncated = (packet[2] & 0x02) != 0;
        var code = packet[3] & 0x0F;
        // Of a truncated answer nothing is used: where it was cut is anybody's guess.
        if (truncated)
            return new DnsAnswer(code, true, 0, [], []);
        if (count > MostRecords)
            return null;

        var addresses = new List<IPAddress>();
        var reader = new DnsReader(packet, begin);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryRecord(out var type, out _, out var data))
                return null;
            if ((type, data.Length) is (DnsType.A, 4) or (DnsType.Aaaa, 16))
                addresses.Add(new IPAddress(data));
            else if (type is DnsType.A or DnsType.Aaaa)
                return null;
        }

        return new DnsAnswer(code, false, count, packet[begin..reader.Offset].ToArray(), addresses);
    }
}
