using Pinacle.Guest.Linux;

namespace Pinacle.Podd.Linux;

/// <summary>One process at a time: holds a file (flock(2)) until it is disposed, and takes it away then.</summary>
internal sealed class FileLock : IDisposable
{
    private const int WouldBlock = 11; // EAGAIN: .NET asks without waiting
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly string _path;
    private readonly FileStream _file;

    private FileLock(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Waits for the turn.</summary>
    public static async Task<FileLock> Take(string path, CancellationToken cancellationToken)
    {
        FileLock? taken;
        while ((taken = TryTake(path)) is null)
            await Task.Delay(Look, cancellationToken);
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(_path); // while it is held: nobody else's by then
        _file.Dispose();
    }

    private static FileLock? TryTake(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException error) when (error.HResult == WouldBlock)
        {
            return null;
        }
        // The one before may have taken the file away after it was opened here: whoever comes next would make and hold a new one.
        if (FileStat.Of((int)file.SafeFileHandle.DangerousGetHandle()) is { } held && FileStat.Of(path) is { } named && (held.Device, held.Inode) == (named.Device, named.Inode))
            return new FileLock(path, file);
        file.Dispose();
        return null;
    }
}
