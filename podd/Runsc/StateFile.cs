using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Pinacle.Podd.Runsc;

/// <summary>
/// The file in which runsc keeps a sandbox's kernel (<c>checkpoint.img</c>, uncompressed), read byte by byte and changed in place. After its head (gVisor's pkg/state/statefile: magic,
/// metadata, hash) come chunks of any length, each with its length before it (pkg/compressio).
/// </summary>
internal sealed unsafe class StateFile : IDisposable
{
    private const int HashBytes = 32;
    private const long MostBytes = 1 << 30;
    private static readonly byte[] Magic = [0x67, 0x56, 0x69, 0x73, 0x6f, 0x72, 0x53, 0x46]; // "gVisorSF"

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _bytes;
    private readonly long _first;
    private long _at;
    private long _chunkEnd;

    /// <summary>Opens it.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public StateFile(string path)
    {
        Length = new FileInfo(path).Length;
        if (Length is < 16 + HashBytes or > MostBytes)
            throw new InvalidDataException($"a state file of {Length} bytes");
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        _view = _file.CreateViewAccessor(0, Length);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
        var metadata = BinaryPrimitives.ReadUInt64BigEndian(Raw(Magic.Length, 8));
        if (!Raw(0, Magic.Length).SequenceEqual(Magic) || metadata > (ulong)(Length - 16 - HashBytes) || Raw(16, (int)metadata).IndexOf("\"compression\":\"none\""u8) < 0)
        {
            Dispose();
            throw new InvalidDataException("not an uncompressed state file");
        }
        _first = _at = _chunkEnd = 16 + (long)metadata + HashBytes;
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>True when everything was read.</summary>
    public bool IsAtEnd => _at == Length;

    /// <summary>Back to the first byte of the first chunk.</summary>
    public void Rewind() => _at = _chunkEnd = _first;

    /// <summary>The next number, of 7 bits a byte, the lowest first.</summary>
    /// <param name="places">Where its bytes are is added to it.</param>
    /// <exception cref="InvalidDataException">There is none, or a chunk is not what it should be.</exception>
    public ulong ReadNumber(List<long>? places = null)
    {
        var number = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var place = Next();
            places?.Add(place);
            var part = _bytes[place];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return number;
        }
        throw new InvalidDataException("a number without an end");
    }

    /// <summary>Passes over bytes.</summary>
    public void Skip(ulong count)
    {
        for (var left = Fitting(count); left > 0;)
        {
            Next();
            var more = Math.Min(left - 1, _chunkEnd - _at);
            _at += more;
            left -= more + 1;
        }
    }

    /// <summary>The next bytes.</summary>
    public byte[] ReadBytes(ulong count)
    {
        var bytes = new byte[Fitting(count)];
        for (var n = 0; n < bytes.Length; n++)
            bytes[n] = _bytes[Next()];
        return bytes;
    }

    /// <summary>Makes a number that was read 0, in as many bytes as it has.</summary>
    public void Zero(List<long> places)
    {
        for (var n = 0; n < places.Count; n++)
            _bytes[places[n]] = n < places.Count - 1 ? (byte)0x80 : (byte)0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private long Next()
    {
        if (_at == _chunkEnd)
        {
            var length = Length - _at >= 5 ? BinaryPrimitives.ReadUInt32BigEndian(Raw(_at, 4)) : 0;
            if (length == 0 || length > Length - _at - 4)
                throw new InvalidDataException("a chunk that is not there");
            _at += 4;
            _chunkEnd = _at + length;
        }
        return _at++;
    }

    private long Fitting(ulong count) => count <= (ulong)Length ? (long)count : throw new InvalidDataException($"{count} bytes of a text in a file of {Length}");

    private ReadOnlySpan<byte> Raw(long at, int count) => new(_bytes + at, count);
}
