using System.Buffers.Binary;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Walks through a message of somebody hostile (RFC 1035 §4). Nothing throws; a read beyond the end or a malformed name says false. Names are stepped over, so compression pointers are never followed.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message, int offset)
{
    private const int LongestName = 255;

    private readonly ReadOnlySpan<byte> _message = message;

    public int Offset { get; private set; } = offset;

    public bool TryUInt16(out ushort value)
    {
        value = 0;
        if (Offset + 2 > _message.Length)
            return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(_message[Offset..]);
        Offset += 2;
        return true;
    }

    /// <summary>Steps over a name.</summary>
    /// <param name="compressed">Whether it may end in a pointer. A pointer ends a name, so there is nothing to loop in.</param>
    public bool TrySkipName(bool compressed)
    {
        var start = Offset;
        while (Offset < _message.Length && Offset - start < LongestName)
        {
            var length = _message[Offset];
            switch (length & 0xC0)
            {
                case 0xC0 when compressed && Offset + 2 <= _message.Length:
                    Offset += 2;
                    return true;
                case 0 when length == 0:
                    Offset++;
                    return true;
                case 0:
                    Offset += 1 + length;
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Steps over a record and gives what it holds.</summary>
    public bool TryRecord(out ushort type, out ushort @class, out ReadOnlySpan<byte> data)
    {
        data = default;
        type = @class = 0;
        if (!TrySkipName(compressed: true) || !TryUInt16(out type) || !TryUInt16(out @class))
            return false;
        Offset += sizeof(uint); // Time to live; for an OPT record extended code and flags.
        if (!TryUInt16(out var length) || Offset + length > _message.Length)
            return false;
        data = _message.Slice(Offset, length);
        Offset += length;
        return true;
    }
}
