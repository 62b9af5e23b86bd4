namespace Pinacle.Guest.Terminals;

/// <summary>The last bytes of an endless stream, by their place in it.</summary>
internal sealed class Scrollback(int size)
{
    private readonly Lock _gate = new();
    private readonly byte[] _ring = new byte[size];
    private long _end;

    /// <summary>How many bytes there ever were.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Adds to its end; the oldest go.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var value in bytes)
                _ring[_end++ % size] = value;
        }
    }

    /// <summary>At most <paramref name="most"/> bytes from <paramref name="position"/> on, or from the first whole line that is left.</summary>
    public (long From, byte[] Bytes) Read(long position, int most)
    {
        lock (_gate)
        {
            if (position < _end - size)
            {
                position = _end - size;
                var line = position;
                while (line < _end && _ring[line % size] != (byte)'\n')
                    line++;
                if (line < _end)
                    position = line + 1;
            }
            var bytes = new byte[Math.Min(most, _end - position)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = _ring[(position + i) % size];
            return (position, bytes);
        }
    }
}
