using System.Runtime.InteropServices;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Acts;

/// <summary>Reads, writes and removes files of the pod. Regular files and folders only: a FIFO or a device would hold the guest for ever.</summary>
internal static class FileActs
{
    private const int MostEntries = 10_000;

    public static async Task Read(string path, Connection connection, CancellationToken cancellationToken)
    {
        var full = Absolute(path);
        if (Directory.Exists(full))
        {
            await connection.Answer(new GuestAnswer { Listing = List(full) }, cancellationToken);
            return;
        }
        var info = new FileInfo(full);
        if (!info.Exists)
            throw new FaultException(FaultKind.NotFound, $"cannot read {full}: there is no such file");
        var target = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
        if (!IsRegular(target))
            throw new FaultException(FaultKind.Invalid, $"cannot read {full}: it is not a regular file");
        await using var stream = new FileStream(target.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await connection.Answer(new GuestAnswer { File = Describe(target) }, cancellationToken);
        var buffer = new byte[GuestProtocol.MaxFrame];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            await connection.Send(GuestFrame.Stdout, buffer.AsMemory(0, count), cancellationToken);
        await connection.Send(GuestFrame.End, default, cancellationToken);
    }

    public static async Task Write(string path, Connection connection, CancellationToken cancellationToken)
    {
        var full = Absolute(path);
        if (Directory.Exists(full))
            throw new FaultException(FaultKind.Conflict, $"cannot write {full}: it is a folder");
        var user = User.Ordinary;
        MakeFolder(Path.GetDirectoryName(full)!, user);
        var temporary = $"{full}.pinacle-{Guid.NewGuid():N}";
        await connection.Answer(new GuestAnswer(), cancellationToken);
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                while (true)
                {
                    var frame = await connection.ReadFrame(cancellationToken) ?? throw new IOException("the caller closed before the end");
                    if (frame.Kind == GuestFrame.End)
                        break;
                    await stream.WriteAsync(frame.Payload, cancellationToken);
                }
                stream.Flush(flushToDisk: true);
            }
            if (File.Exists(full))
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(full));
            _ = LibC.LChown(temporary, user.Uid, user.Gid);
            File.Move(temporary, full, overwrite: true);
        }
        catch (IOException error)
        {
            File.Delete(temporary);
            throw new FaultException(error.HResult == 28 ? FaultKind.DiskFull : FaultKind.Conflict, $"cannot write {full}: {error.Message}", innerException: error);
        }
        await connection.Send(GuestFrame.Exit, new GuestExit(0), ContractsJson.Default.GuestExit, cancellationToken);
    }

    public static Task Delete(string path, Connection connection, CancellationToken cancellationToken)
    {
        var full = Absolute(path);
        if (new DirectoryInfo(full) is { Exists: true, LinkTarget: null })
            Directory.Delete(full, recursive: true);
        else if (Path.Exists(full) || new FileInfo(full).LinkTarget is not null)
            File.Delete(full);
        else
            throw new FaultException(FaultKind.NotFound, $"cannot delete {full}: there is no such file");
        return connection.Answer(new GuestAnswer(), cancellationToken);
    }

    private static FileListing List(string folder)
    {
        var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos().Take(MostEntries + 1).Select(Describe).ToList();
        return new FileListing(
            folder,
            [.. entries.Take(MostEntries).OrderBy(entry => entry.Kind != "folder").ThenBy(entry => entry.Name, StringComparer.Ordinal)],
            entries.Count > MostEntries);
    }

    private static FileEntry Describe(FileSystemInfo info)
    {
        var kind = info.LinkTarget is not null ? "link" : info is DirectoryInfo ? "folder" : IsRegular((FileInfo)info) ? "file" : "other";
        return new FileEntry(info.Name, kind, kind == "file" ? ((FileInfo)info).Length : 0, (int)info.UnixFileMode, new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero));
    }

    // .NET does not tell FIFOs, sockets and devices from files; an open of a FIFO would wait for ever.
    private static unsafe bool IsRegular(FileInfo info)
    {
        const ushort TypeMask = 0xF000;
        const ushort Regular = 0x8000;
        // struct statx: stx_mode is a __u16 at offset 28 (linux/stat.h).
        var buffer = stackalloc byte[256];
        return LibC.Statx(-100, info.FullName, 0, 0x1, buffer) != 0
            ? throw new IOException($"cannot look at {info.FullName}: {Marshal.GetLastPInvokeErrorMessage()}")
            : (*(ushort*)(buffer + 28) & TypeMask) == Regular;
    }

    private static void MakeFolder(string folder, User user)
    {
        if (Directory.Exists(folder))
            return;
        MakeFolder(Path.GetDirectoryName(folder)!, user);
        Directory.CreateDirectory(folder);
        _ = LibC.LChown(folder, user.Uid, user.Gid);
    }

    private static string Absolute(string path) =>
        Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal) && path.Length <= 4096
            ? Path.GetFullPath(path)
            : throw new FaultException(FaultKind.Invalid, "cannot use that path: it must be absolute, without NUL and at most 4,096 characters");
}
