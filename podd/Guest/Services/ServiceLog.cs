using System.Text;

namespace Pinacle.Guest.Services;

/// <summary>What a service prints, in two files of at most 5 MB on the pod's disk: the present one and the one before.</summary>
internal sealed class ServiceLog(string file)
{
    private const long Most = 5 << 20;
    private readonly Lock _gate = new();
    private FileStream? _stream;
    private bool _lossy;
    private long _before;

    public Change Changed { get; } = new();

    /// <summary>Appends bytes as they came. On a full disk they are lost: the service must not end, nor stand still, for its log's sake.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            try
            {
                Write(bytes);
                _lossy = false;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (!_lossy)
                    Diagnostics.Write($"cannot write {file}: {error.Message}");
                _lossy = true;
            }
        }
        Changed.Raise();
    }

    /// <summary>Appends a line of the guest's own.</summary>
    public void Note(string line) => Append(Encoding.UTF8.GetBytes($"[pinacle] {line}\n"));

    /// <summary>The last lines, and the place behind them.</summary>
    public (byte[] Tail, long Position) Tail(int lines)
    {
        lock (_gate)
        {
            var bytes = Last(file);
            if (bytes.Count((byte)'\n') <= lines)
                bytes = [.. Last(file + ".1"), .. bytes];
            var start = bytes.Length;
            for (var found = 0; start > 0; start--)
            {
                if (bytes[start - 1] == (byte)'\n' && start != bytes.Length && ++found == lines)
                    break;
            }
            return (bytes[start..], _before + Length(file));
        }
    }

    /// <summary>What came behind <paramref name="position"/>, at most 256 KiB of it. What two rotations took is gone.</summary>
    public (byte[] More, long Position) From(long position)
    {
        lock (_gate)
        {
            // Positions count on over rotations: the present file begins at _before, the one before ends there.
            if (position < _before && Part(file + ".1", Math.Max(0, position - (_before - Length(file + ".1")))) is { Length: > 0 } rest)
                return (rest, Math.Max(position, _before - Length(file + ".1")) + rest.Length);
            var more = Part(file, Math.Max(0, position - _before));
            return (more, Math.Max(position, _before) + more.Length);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream ??= Open();
        if (_stream.Length + bytes.Length > Most)
        {
            _before += _stream.Length;
            _stream.Dispose();
            _stream = null;
            File.Move(file, file + ".1", overwrite: true);
            _stream = Open();
        }
        _stream.Write(bytes);
        _stream.Flush();
    }

    private static long Length(string name) => File.Exists(name) ? new FileInfo(name).Length : 0;

    private static byte[] Part(string name, long from)
    {
        if (!File.Exists(name))
            return [];
        using var reader = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        reader.Position = Math.Min(from, reader.Length);
        var bytes = new byte[Math.Min(reader.Length - reader.Position, 256 << 10)];
        reader.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Last(string name)
    {
        const int Longest = 1 << 20;
        if (!File.Exists(name))
            return [];
        using var reader = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        reader.Position = Math.Max(0, reader.Length - Longest);
        var bytes = new byte[reader.Length - reader.Position];
        reader.ReadExactly(bytes);
        return bytes;
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }
}
