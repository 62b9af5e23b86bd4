using System.Buffers.Binary;
using System.Text;

namespace Pinacle.Podd.Network.Dns;

/// <summary>One question of a pod.</summary>
/// <param name="Id">The client's number for it.</param>
/// <param name="Question">Name, type and class as they were sent.</param>
/// <param name="Type">The record type asked for.</param>
/// <param name="Name">Lower case, without the last dot; a byte outside of printable ASCII stands as '?'.</param>
/// <param name="AnswerSize">How much of an answer the client takes over UDP (RFC 6891); null when it did not say, which means 512.</param>
internal sealed record DnsQuery(ushort Id, byte[] Question, ushort Type, string Name, int? AnswerSize)
{
    public const int HeaderLength = 12;

    private const ushort Internet = 1;
    private const int LowestSize = 512;

    /// <summary>What travels everywhere without fragments (DNS flag day 2020).</summary>
    public const int UnfragmentedSize = 1232;

    /// <summary>How long an answer over UDP may be.</summary>
    public int UdpLimit => Math.Clamp(AnswerSize ?? LowestSize, LowestSize, UnfragmentedSize);

    /// <summary>Reads a packet.</summary>
    /// <param name="packet">As it came.</param>
    /// <param name="query">The question, when <paramref name="code"/> is <see cref="DnsCode.None"/>.</param>
    /// <param name="code">The answer to something that is not a question podd takes; null = no answer at all (not a query).</param>
    public static bool TryRead(ReadOnlySpan<byte> packet, out DnsQuery? query, out DnsCode? code)
    {
        query = null;
        code = null;
        if (packet.Length < HeaderLength)
            return false;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if ((flags & 0x8000) != 0)
            return false; // An answer. Answering it could begin a loop.

        code = DnsCode.NotImplemented;
        if ((flags & 0x7800) != 0)
            return false;
        code = DnsCode.FormatError;
        var questions = BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        var records = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) + BinaryPrimitives.ReadUInt16BigEndian(packet[8..]);
        var additional = BinaryPrimitives.ReadUInt16BigEndian(packet[10..]);
        if (questions != 1 || records != 0 || additional > 2)
            return false;

        var reader = new DnsReader(packet, HeaderLength);
        if (!reader.TrySkipName(compressed: false))
            return false;
        var nameEnd = reader.Offset;
        if (!reader.TryUInt16(out var type) || !reader.TryUInt16(out var @class))
            return false;
        var question = packet[HeaderLength..reader.Offset].ToArray();

        int? size = null;
        for (var i = 0; i < additional; i++)
        {
            if (!reader.TryRecord(out var kind, out var payload, out _))
                return false;
            if (kind == DnsType.Options)
                size = payload;
        }

        if (@class != Internet || type is 0 or >= DnsType.FirstMeta and <= DnsType.Any)
        {
            code = DnsCode.Refused;
            return false;
        }

        query = new DnsQuery(BinaryPrimitives.ReadUInt16BigEndian(packet), question, type, NameOf(packet[HeaderLength..nameEnd]), size);
        code = DnsCode.None;
        return true;
    }

    /// <summary>The question as podd asks it: with a number of its own, and nothing else of what the pod sent.</summary>
    public byte[] ToUpstream(ushort id)
    {
        var message = new byte[HeaderLength + Question.Length + OptionsLength];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 0x01; // Recursion desired.
        message[5] = 1;
        message[11] = 1;
        Question.CopyTo(message, HeaderLength);
        WriteOptions(message.AsSpan(HeaderLength + Question.Length), 0);
        return message;
    }

    /// <summary>Length of an OPT record without options.</summary>
    public const int OptionsLength = 11;

    /// <summary>Writes an OPT record (RFC 6891 §6.1.2) that is followed by <paramref name="dataLength"/> bytes of options.</summary>
    public static void WriteOptions(Span<byte> target, int dataLength)
    {
        target[..OptionsLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], DnsType.Options);
        BinaryPrimitives.WriteUInt16BigEndian(target[3..], UnfragmentedSize);
        BinaryPrimitives.WriteUInt16BigEndian(target[9..], (ushort)dataLength);
    }

    private static string NameOf(ReadOnlySpan<byte> labels)
    {
        var name = new StringBuilder(labels.Length);
        for (var at = 0; at < labels.Length && labels[at] != 0; at += 1 + labels[at])
        {
            if (name.Length > 0)
                name.Append('.');
            foreach (var value in labels.Slice(at + 1, labels[at]))
                name.Append(value is > 0x20 and < 0x7F ? char.ToLowerInvariant((char)value) : '?');
        }

        return name.ToString();
    }
}
