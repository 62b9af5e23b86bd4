using System.Buffers.Binary;
using System.Text;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Writes what a pod gets. Of an upstream's answer only the answer section goes on: a stub needs no more, and what is not there cannot mislead.</summary>
internal static class DnsReply
{
    private const ushort ExtendedError = 15;
    private const ushort Blocked = 15;

    /// <summary>An answer without records. <paramref name="blocked"/> tells people with <c>dig</c> why (RFC 8914).</summary>
    public static byte[] Empty(DnsQuery query, DnsCode code, string? blocked = null) => Write(query, (int)code, truncated: false, 0, [], blocked);

    /// <summary>Says "ask again over TCP".</summary>
    public static byte[] Truncated(DnsQuery query) => Write(query, 0, truncated: true, 0, []);

    /// <summary>The upstream's answer section.</summary>
    public static byte[] From(DnsQuery query, DnsAnswer answer) => Write(query, answer.Code, answer.Truncated, answer.Count, answer.Records);

    /// <summary>The answer to a packet whose question could not be read: its header alone, turned around.</summary>
    public static byte[] ToUnreadable(ReadOnlySpan<byte> packet, DnsCode code)
    {
        var message = new byte[DnsQuery.HeaderLength];
        packet[..2].CopyTo(message);
        message[2] = (byte)(0x80 | (packet[2] & 0x79));
        message[3] = (byte)(0x80 | (int)code);
        return message;
    }

    private static byte[] Write(DnsQuery query, int code, bool truncated, int count, ReadOnlySpan<byte> records, string? blocked = null)
    {
        var reason = blocked is null ? [] : Encoding.UTF8.GetBytes(blocked);
        var optionLength = blocked is null ? 0 : 6 + reason.Length;
        var withOptions = query.AnswerSize is not null;
        var end = DnsQuery.HeaderLength + query.Question.Length + records.Length;
        var message = new byte[end + (withOptions ? DnsQuery.OptionsLength + optionLength : 0)];

        BinaryPrimitives.WriteUInt16BigEndian(message, query.Id);
        message[2] = (byte)(0x81 | (truncated ? 0x02 : 0));
        message[3] = (byte)(0x80 | code);
        message[5] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)count);
        query.Question.CopyTo(message, DnsQuery.HeaderLength);
        // Compression pointers in the records stay right: header and question are as long as they were in the upstream's answer.
        records.CopyTo(message.AsSpan(DnsQuery.HeaderLength + query.Question.Length));

        if (withOptions)
        {
            message[11] = 1;
            var options = message.AsSpan(end);
            DnsQuery.WriteOptions(options, optionLength);
            if (blocked is not null)
            {
                var option = options[DnsQuery.OptionsLength..];
                BinaryPrimitives.WriteUInt16BigEndian(option, ExtendedError);
                BinaryPrimitives.WriteUInt16BigEndian(option[2..], (ushort)(2 + reason.Length));
                BinaryPrimitives.WriteUInt16BigEndian(option[4..], Blocked);
                reason.CopyTo(option[6..]);
            }
        }

        return message;
    }
}
