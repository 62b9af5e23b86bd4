using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Reads a file, or lists a folder. Regular files only: a FIFO or a device would hold the guest for ever.</summary>
internal static class FileReading
{
    // Files of /proc and /sys state no size.
    private const long MostOfUnsized = 16 << 20;

    public static async Task Run(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var path = PodPath.Of(call.Path);
        if (PodPath.Stat("read", path).IsFolder)
        {
            await connection.Answer(new GuestAnswer { Listing = FolderListing.Of(path) }, cancellationToken);
            return;
        }
        using var file = Open(path, out var stat);
        await connection.Answer(new GuestAnswer { File = new FileEntry(Path.GetFileName(path), "file", stat.Size, stat.Permissions, stat.ModifiedAt) }, cancellationToken);
        var start = call.Offset < 0 ? Math.Max(0, stat.Size + call.Offset) : Math.Min(call.Offset, stat.Size);
        await Send(path, file, start, Math.Min(Math.Max(0, call.Length ?? long.MaxValue), stat.Size - start), stat.Size == 0, connection, cancellationToken);
        await connection.Send(GuestFrame.End, default, cancellationToken);
    }

    // Never waits: what was a file a moment ago may be a FIFO now.
    private static SafeFileHandle Open(string path, out FileStat stat)
    {
        if (FileStat.Of(path) is { IsRegular: false })
            throw NotRegular(path);
        var descriptor = LibC.Open(path, LibC.O_NONBLOCK | LibC.O_NOCTTY | LibC.O_CLOEXEC);
        if (descriptor < 0)
            throw PodPath.Failure("read", path, Marshal.GetLastPInvokeError());
        if (FileStat.Of(descriptor) is { IsRegular: true } found)
        {
            stat = found;
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }
        _ = LibC.Close(descriptor);
        throw NotRegular(path);
    }

    private static FaultException NotRegular(string path) => new(FaultKind.Invalid, $"cannot read {path}: it is not a regular file");

    private static async Task Send(string path, SafeFileHandle file, long position, long length, bool unsized, Connection connection, CancellationToken cancellationToken)
    {
        var end = unsized ? MostOfUnsized : position + length;
        var buffer = new byte[GuestProtocol.MaxFrame];
        while (position < end)
        {
            int count;
            try
            {
                count = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - position)), position, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw PodPath.Failure("read", path, error);
            }
            if (count == 0)
                break;
            await connection.Send(GuestFrame.Stdout, buffer.AsMemory(0, count), cancellationToken);
            position += count;
        }
        // The caller was promised so many bytes.
        if (position < end && !unsized)
            throw new FaultException(FaultKind.Conflict, $"cannot read {path}: it became shorter meanwhile");
    }
}
