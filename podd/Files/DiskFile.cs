using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pinacle.Contracts;
using Pinacle.Guest.Files;
using LibC = Pinacle.Podd.Linux.LibC;

namespace Pinacle.Podd.Files;

/// <summary>A regular file, or a folder's listing, straight from a pod's disk.</summary>
internal sealed class DiskFile : IPodFile
{
    private readonly string _path;
    private readonly SafeFileHandle? _file;
    private long _position;
    private readonly long _end;

    private DiskFile(string path, FileEntry? entry, FileListing? listing, SafeFileHandle? file, long start, long end) =>
        (_path, Entry, Listing, _file, _position, _end) = (path, entry, listing, file, start, end);

    /// <inheritdoc/>
    public FileEntry? Entry { get; }

    /// <inheritdoc/>
    public FileListing? Listing { get; }

    /// <summary>Opens what is at the path; anything but a regular file or a folder is refused, and never opened.</summary>
    /// <param name="tree">The disk.</param>
    /// <param name="path">Absolute in the pod, without dots.</param>
    /// <param name="offset">The first byte; negative counts from the end.</param>
    /// <param name="length">How many bytes at most; null for all.</param>
    public static DiskFile Open(DiskTree tree, string path, long offset, long? length)
    {
        using var found = tree.Find("read", path);
        var stat = DiskTree.StatOf(found);
        if (stat.IsFolder)
        {
            using var folder = Open(path, found, LibC.O_DIRECTORY);
            return new DiskFile(path, null, FolderListing.Of(DiskTree.PathOf(folder), path), null, 0, 0);
        }
        if (!stat.IsRegular)
            throw new FaultException(FaultKind.Invalid, $"cannot read {path}: it is not a regular file");
        var file = Open(path, found, LibC.O_NONBLOCK | LibC.O_NOCTTY);
        var start = offset < 0 ? Math.Max(0, stat.Size + offset) : Math.Min(offset, stat.Size);
        return new DiskFile(path, new FileEntry(Path.GetFileName(path), "file", stat.Size, stat.Permissions, stat.ModifiedAt), null, file, start, start + Math.Min(Math.Max(0, length ?? long.MaxValue), stat.Size - start));
    }

    /// <inheritdoc/>
    public async Task CopyTo(Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[GuestProtocol.MaxFrame];
        while (_position < _end)
        {
            var count = await RandomAccess.ReadAsync(_file!, buffer.AsMemory(0, (int)Math.Min(buffer.Length, _end - _position)), _position, cancellationToken);
            // The caller was promised so many bytes.
            if (count == 0)
                throw new FaultException(FaultKind.Conflict, $"cannot read {_path}: it became shorter meanwhile");
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            _position += count;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return ValueTask.CompletedTask;
    }

    // By its descriptor: what was looked at is what is opened.
    private static SafeFileHandle Open(string path, SafeFileHandle found, int flags)
    {
        var descriptor = LibC.Open(DiskTree.PathOf(found), flags | LibC.O_CLOEXEC);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw PodPath.Failure("read", path, Marshal.GetLastPInvokeError());
    }
}
