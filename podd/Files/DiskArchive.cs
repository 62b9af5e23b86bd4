using Microsoft.Win32.SafeHandles;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Files;

/// <summary>A folder of a pod's disk as <c>tar.gz</c>, packed on its way to the caller. tar(1) holds folders by descriptors, follows no link and opens regular files only; FIFOs and devices are named in the archive, not read.</summary>
internal sealed class DiskArchive : IPodFile
{
    // Some files changed while they were read: the pod was started meanwhile.
    private const int SomeChanged = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);
    private readonly SafeFileHandle _folder;
    private readonly string _path;
    private readonly string _name;
    private readonly HostCommand _command;

    /// <summary>Holds the folder.</summary>
    /// <param name="tree">The disk.</param>
    /// <param name="path">Absolute in the pod, without dots.</param>
    /// <param name="command">Runs tar.</param>
    /// <exception cref="FaultException">There is no folder.</exception>
    public DiskArchive(DiskTree tree, string path, HostCommand command)
    {
        using (var found = tree.Find("pack", path))
        {
            if (!DiskTree.StatOf(found).IsFolder || path == "/")
                throw new FaultException(FaultKind.Invalid, $"cannot pack {path}: it must be a folder, and not the whole of the pod");
        }
        (_path, _command) = (path, command);
        (_folder, _name) = tree.Above("pack", path);
    }

    /// <inheritdoc/>
    public FileEntry? Entry => null;

    /// <inheritdoc/>
    public FileListing? Listing => null;

    /// <inheritdoc/>
    public async Task CopyTo(Stream target, CancellationToken cancellationToken)
    {
        try
        {
            await _command.Stream("tar", ["-C", DiskTree.PathForOthers(_folder), "--one-file-system", "-cz", "-f", "-", "--", _name], target, Limit, [SomeChanged], cancellationToken);
        }
        catch (HostCommandException error)
        {
            throw new FaultException(FaultKind.Internal, $"cannot pack {_path}: tar ended with exit code {error.ExitCode}", innerException: error);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
