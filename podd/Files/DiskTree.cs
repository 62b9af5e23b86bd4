using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pinacle.Contracts;
using Pinacle.Guest.Files;
using Pinacle.Guest.Linux;
using LibC = Pinacle.Podd.Linux.LibC;

namespace Pinacle.Podd.Files;

/// <summary>
/// The disk of a pod that does not run. What is on it is hostile, so the kernel resolves each path as if the disk were the root
/// (openat2(2), RESOLVE_IN_ROOT): a link, absolute or not, leads where it leads in the pod, and never out, whoever swaps what meanwhile.
/// What was found is held by its descriptor and never looked up by its path again.
/// </summary>
internal sealed class DiskTree : IDisposable
{
    private const ulong Resolve = LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS | LibC.RESOLVE_NO_XDEV;

    // The kernel gives up where something was renamed while it went up ("..").
    private const int MostTries = 64;

    private readonly SafeFileHandle _root;

    /// <summary>Holds the disk.</summary>
    /// <param name="disk">Its folder in the pool.</param>
    /// <exception cref="FaultException">It is not there.</exception>
    public DiskTree(string disk)
    {
        var descriptor = LibC.Open(disk, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (descriptor < 0)
            throw new FaultException(FaultKind.NotFound, $"cannot open the pod's disk: {Marshal.GetLastPInvokeErrorMessage()}");
        _root = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>What holds a path: nothing of it is opened yet, so that a FIFO does not wait and a device does nothing.</summary>
    /// <param name="verb">For the fault.</param>
    /// <param name="path">Absolute in the pod.</param>
    public SafeFileHandle Find(string verb, string path) =>
        TryFind(path, LibC.O_PATH) ?? throw PodPath.Failure(verb, path, Marshal.GetLastPInvokeError());

    /// <summary>The folder that a path's last name is in, and that name; links on the way are followed, the last name is left alone.</summary>
    /// <param name="verb">For the fault.</param>
    /// <param name="path">Absolute in the pod.</param>
    /// <param name="make">Makes the folders that are missing; each belongs to whom the one above belongs to.</param>
    public (SafeFileHandle Folder, string Name) Above(string verb, string path, bool make = false)
    {
        var (above, name) = Split(verb, path);
        return (make ? Folder(verb, above) : TryFind(above, LibC.O_PATH | LibC.O_DIRECTORY) ?? throw PodPath.Failure(verb, path, Marshal.GetLastPInvokeError()), name);
    }

    /// <summary>A path of the host to what is held, or to a name in it; for calls that do not follow a link at its end.</summary>
    public static string PathOf(SafeFileHandle held, string? name = null)
    {
        var path = $"/proc/self/fd/{held.DangerousGetHandle()}";
        return name is null ? path : $"{path}/{name}";
    }

    /// <summary>The same for another program.</summary>
    public static string PathForOthers(SafeFileHandle held, string? name = null) =>
        PathOf(held, name).Replace("self", $"{Environment.ProcessId}", StringComparison.Ordinal);

    /// <summary>What is held.</summary>
    public static FileStat StatOf(SafeFileHandle held) =>
        FileStat.Of((int)held.DangerousGetHandle()) ?? throw new IOException($"cannot look at an open file: {Marshal.GetLastPInvokeErrorMessage()}");

    /// <summary>True while the folder is still this very disk: a restore puts another in its place.</summary>
    public bool Is(string disk) => FileStat.Of(disk) is { } now && now.Device == StatOf(_root).Device;

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private SafeFileHandle? TryFind(string path, int flags)
    {
        for (var tries = 0; ; tries++)
        {
            var descriptor = LibC.OpenAt2((int)_root.DangerousGetHandle(), path, flags | LibC.O_CLOEXEC, Resolve);
            if (descriptor >= 0)
                return new SafeFileHandle(descriptor, ownsHandle: true);
            if (Marshal.GetLastPInvokeError() != LibC.EAGAIN || tries == MostTries)
                return null;
        }
    }

    private SafeFileHandle Folder(string verb, string path)
    {
        if (TryFind(path, LibC.O_PATH | LibC.O_DIRECTORY) is { } found)
            return found;
        switch (Marshal.GetLastPInvokeError())
        {
            case LibC.ENOENT:
                break;
            case LibC.ENOTDIR:
                throw new FaultException(FaultKind.Conflict, $"cannot {verb} below {path}: it is not a folder");
            case var errno:
                throw PodPath.Failure(verb, path, errno);
        }
        var (above, name) = Split(verb, path);
        using var parent = Folder(verb, above);
        var owner = StatOf(parent);
        if (LibC.MkDir(PathOf(parent, name), 0x1ED) == 0) // rwxr-xr-x
            _ = LibC.LChown(PathOf(parent, name), owner.Uid, owner.Gid);
        else if (Marshal.GetLastPInvokeError() is not LibC.EEXIST and var errno)
            throw PodPath.Failure(verb, path, errno);
        // Also where it is a link into nothing, which is not made.
        return TryFind(path, LibC.O_PATH | LibC.O_DIRECTORY) ?? throw PodPath.Failure(verb, path, Marshal.GetLastPInvokeError());
    }

    // Below /proc/self/fd a "..", which a link may end with, would lead out of the disk.
    private static (string Above, string Name) Split(string verb, string path)
    {
        var cut = path.LastIndexOf('/');
        var name = path[(cut + 1)..];
        return name is "" or "." or ".."
            ? throw new FaultException(FaultKind.Conflict, $"cannot {verb} {path}: it is a folder")
            : (cut == 0 ? "/" : path[..cut], name);
    }
}
