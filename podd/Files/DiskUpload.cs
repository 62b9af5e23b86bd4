using Microsoft.Win32.SafeHandles;
using Pinacle.Contracts;
using Pinacle.Guest.Files;
using Pinacle.Guest.Linux;
using LibC = Pinacle.Podd.Linux.LibC;

namespace Pinacle.Podd.Files;

/// <summary>Replaces a file on a pod's disk in one step. Its bytes come first, into a temporary file beside it, for as long as the client's line takes; <see cref="Commit"/> is quick.</summary>
internal sealed class DiskUpload : IDisposable
{
    private const int MostLinks = 40;
    private const int NewFile = 0x1A4; // rw-r--r--
    private readonly string _path;
    private readonly SafeFileHandle _folder;
    private readonly string _name;
    private readonly string _temporary;
    private readonly FileStream _stream;
    private readonly int _permissions;
    private readonly FileStat _owner;

    /// <summary>Begins: a link is followed to what it leads to, missing folders are made.</summary>
    /// <param name="tree">The disk.</param>
    /// <param name="path">Absolute in the pod, without dots.</param>
    /// <exception cref="FaultException">Nothing can be written there.</exception>
    public DiskUpload(DiskTree tree, string path)
    {
        _path = path;
        (_folder, _name) = Target(tree, path);
        try
        {
            var before = FileStat.OfLink(DiskTree.PathOf(_folder, _name));
            if (before is { IsFolder: true })
                throw new FaultException(FaultKind.Conflict, $"cannot write {path}: it is a folder");
            if (before is { IsRegular: false })
                throw new FaultException(FaultKind.Invalid, $"cannot write {path}: it is not a regular file");
            // What is new belongs to whom its folder belongs to.
            (_permissions, _owner) = (before?.Permissions ?? NewFile, before ?? DiskTree.StatOf(_folder));
            _temporary = DiskTree.PathOf(_folder, $".pinacle-{Guid.NewGuid():N}");
            _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (Exception error)
        {
            _folder.Dispose();
            throw error is IOException or UnauthorizedAccessException ? PodPath.Failure("write", path, error) : error;
        }
    }

    /// <summary>Takes the bytes.</summary>
    public async Task Fill(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await content.CopyToAsync(_stream, cancellationToken);
            _stream.Flush(flushToDisk: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PodPath.Failure("write", _path, error);
        }
    }

    /// <summary>Puts it in its place.</summary>
    public void Commit()
    {
        try
        {
            File.SetUnixFileMode(_stream.SafeFileHandle, (UnixFileMode)_permissions);
            // After the mode: giving a file away takes set-user-id off it.
            _ = LibC.LChown(_temporary, _owner.Uid, _owner.Gid);
            File.Move(_temporary, DiskTree.PathOf(_folder, _name), overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PodPath.Failure("write", _path, error);
        }
    }

    /// <summary>Removes what was not put in its place.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        File.Delete(_temporary);
        _folder.Dispose();
    }

    private static (SafeFileHandle Folder, string Name) Target(DiskTree tree, string path)
    {
        var at = path;
        for (var links = 0; ; links++)
        {
            var (folder, name) = tree.Above("write", at, make: true);
            if (FileStat.OfLink(DiskTree.PathOf(folder, name)) is not { IsLink: true } || new FileInfo(DiskTree.PathOf(folder, name)).LinkTarget is not { } target)
                return (folder, name);
            folder.Dispose();
            if (links == MostLinks)
                throw new FaultException(FaultKind.Invalid, $"cannot write {path}: too many links");
            at = target.StartsWith('/') ? target : $"{at[..at.LastIndexOf('/')]}/{target}";
        }
    }
}
