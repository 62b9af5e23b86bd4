using System.Text;

namespace Pinacle.Guest.Services;

/// <summary>What a service prints, in two files of at most 5 MB on the pod's disk: the present one and the one before.</summary>
internal sealed class ServiceLog(string file)
{
    private const long Most = 5 << 20;
    private readonly Lock _gate = new();
    private FileStream? _stream;
    private bool _lossy;

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

    /// <summary>The last lines, and the place in the present file behind them.</summary>
    public (byte[] Tail, long Position) Tail(int lines)
    {
        lock (_gate)
        {
            var bytes = (byte[])[.. Last(file + ".1"), .. Last(file)];
            var start = bytes.Length;
            for (var found = 0; start > 0; start--)
            {
                if (bytes[start - 1] == (byte)'\n' && start != bytes.Length && ++found == lines)
                    break;
            }
            return (bytes[start..], File.Exists(file) ? new FileInfo(file).Length : 0);
        }
    }

    /// <summary>What came behind <paramref name="position"/>; begins anew where the file was rotated.</summary>
    public (byte[] More, long Position) From(long position)
    {
        lock (_gate)
        {
            if (!File.Exists(file))
                return ([], 0);
            using var reader = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            reader.Position = position > reader.Length ? 0 : position;
            var more = new byte[Math.Min(reader.Length - reader.Position, 256 << 10)];
            reader.ReadExactly(more);
            return (more, reader.Position);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream ??= Open();
        if (_stream.Length + bytes.Length > Most)
        {
            _stream.Dispose();
            _stream = null;
            File.Move(file, file + ".1", overwrite: true);
            _stream = Open();
        }
        _stream.Write(bytes);
        _stream.Flush();
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
