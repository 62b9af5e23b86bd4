namespace Pinacle.Podd.Linux;

/// <summary>One process at a time: holds a file (flock(2)) until it is disposed, and takes it away then.</summary>
internal static class FileLock
{
    private const int WouldBlock = 11; // EAGAIN: .NET asks without waiting
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the turn.</summary>
    public static async Task<FileStream> Take(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException error) when (error.HResult == WouldBlock)
            {
                await Task.Delay(Look, cancellationToken);
            }
        }
    }
}
