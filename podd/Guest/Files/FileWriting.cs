using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Replaces a file in one step: who reads it sees the old bytes or the new ones, and a caller that goes leaves the old.</summary>
internal static class FileWriting
{
    private const int MostLinks = 40;
    private const int NewFile = 0x1A4; // rw-r--r--

    public static async Task Run(GuestCall call, Connection connection, CancellationToken cancellationToken)
    {
        var path = Target(PodPath.Of(call.Path));
        var before = FileStat.Of(path);
        if (before is { IsFolder: true })
            throw new FaultException(FaultKind.Conflict, $"cannot write {path}: it is a folder");
        if (before is { IsRegular: false })
            throw new FaultException(FaultKind.Invalid, $"cannot write {path}: it is not a regular file");
        try
        {
            // What is new belongs to whom its folder belongs to.
            var owner = MakeFolder(Path.GetDirectoryName(path)!);
            await Replace(path, before?.Permissions ?? NewFile, before ?? owner, connection, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PodPath.Failure("write", path, error);
        }
        await connection.Send(GuestFrame.Exit, new GuestExit(0), ContractsJson.Default.GuestExit, cancellationToken);
    }

    private static async Task Replace(string path, int permissions, FileStat owner, Connection connection, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".pinacle-{Guid.NewGuid():N}");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await connection.Answer(new GuestAnswer(), cancellationToken);
                // An upload takes as long as its client's line.
                await using var beat = connection.Beat();
                var frame = await connection.ReadFrame(cancellationToken);
                for (; frame is { Kind: GuestFrame.Stdin } bytes; frame = await connection.ReadFrame(cancellationToken))
                    await stream.WriteAsync(bytes.Payload, cancellationToken);
                if (frame?.Kind != GuestFrame.End)
                    throw new FaultException(FaultKind.Conflict, $"cannot write {path}: its bytes had no end");
                stream.Flush(flushToDisk: true);
            }
            File.SetUnixFileMode(temporary, (UnixFileMode)permissions);
            _ = LibC.LChown(temporary, owner.Uid, owner.Gid);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // A link stays one: what it leads to is written.
    private static string Target(string path)
    {
        for (var links = 0; FileStat.OfLink(path) is { IsLink: true } && new FileInfo(path).LinkTarget is { } target; links++)
        {
            if (links == MostLinks)
                throw new FaultException(FaultKind.Invalid, $"cannot write {path}: too many links");
            path = PodPath.Of(Path.Combine(Path.GetDirectoryName(path)!, target));
        }
        return path;
    }

    private static FileStat MakeFolder(string folder)
    {
        if (FileStat.Of(folder) is { } found)
            return found.IsFolder ? found : throw new FaultException(FaultKind.Conflict, $"cannot write below {folder}: it is not a folder");
        var owner = MakeFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        _ = LibC.LChown(folder, owner.Uid, owner.Gid);
        return owner;
    }
}
