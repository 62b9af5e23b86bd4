using Pinacle.Contracts;
using Pinacle.Guest.Files;
using Pinacle.Guest.Linux;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Pods;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Files;

/// <summary>The files of a pod: through its guest while it runs, straight from its disk while it is stopped, asleep or failed. Nothing here starts a pod.</summary>
public sealed class PodFiles(Fleet fleet, Pool pool, HostCommand command)
{
    private static readonly TimeSpan RemoveLimit = TimeSpan.FromMinutes(5);

    /// <summary>A file with its bytes, or a folder's listing.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="path">Absolute in the pod.</param>
    /// <param name="offset">The first byte; negative counts from the end.</param>
    /// <param name="length">How many bytes at most; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IPodFile> Read(Pod pod, string path, long offset, long? length, CancellationToken cancellationToken)
    {
        if (!IsOnDisk(pod))
            return await pod.Reach().ReadFile(path, cancellationToken, offset, length);
        using var tree = new DiskTree(pool.Disk(pod.Id));
        return DiskFile.Open(tree, PodPath.Of(path), offset, length);
    }

    /// <summary>A folder, packed as <c>tar.gz</c>.</summary>
    public async Task<IPodFile> Archive(Pod pod, string path, CancellationToken cancellationToken)
    {
        if (!IsOnDisk(pod))
            return await pod.Reach().Archive(path, cancellationToken);
        using var tree = new DiskTree(pool.Disk(pod.Id));
        return new DiskArchive(tree, PodPath.Of(path), command);
    }

    /// <summary>Replaces a file.</summary>
    public async Task Write(Pod pod, string path, Stream content, CancellationToken cancellationToken)
    {
        if (!IsOnDisk(pod))
        {
            await pod.Reach().WriteFile(path, content, cancellationToken);
            return;
        }
        CheckStopped("write", pod, path);
        using var tree = new DiskTree(pool.Disk(pod.Id));
        using var upload = new DiskUpload(tree, PodPath.Of(path));
        await upload.Fill(content, cancellationToken);
        await Change("write", pod, path, tree, () =>
        {
            upload.Commit();
            return Task.CompletedTask;
        }, cancellationToken);
    }

    /// <summary>Removes a file or folder; of a link only the link.</summary>
    public async Task Delete(Pod pod, string path, CancellationToken cancellationToken)
    {
        if (!IsOnDisk(pod))
        {
            await pod.Reach().DeleteFile(path, cancellationToken);
            return;
        }
        CheckStopped("delete", pod, path);
        using var tree = new DiskTree(pool.Disk(pod.Id));
        await Change("delete", pod, path, tree, () => Remove(tree, PodPath.Of(path), cancellationToken), cancellationToken);
    }

    private async Task Remove(DiskTree tree, string path, CancellationToken cancellationToken)
    {
        if (path == "/")
            throw new FaultException(FaultKind.Invalid, "cannot delete /: that would be the pod");
        var (folder, name) = tree.Above("delete", path);
        using (folder)
        {
            if (FileStat.OfLink(DiskTree.PathOf(folder, name)) is null)
                throw new FaultException(FaultKind.NotFound, $"cannot delete {path}: there is no such file");
            try
            {
                // Not Directory.Delete: it does not find names again that are not UTF-8, and ends at paths of 4,096 bytes. rm holds folders by descriptors and follows no link.
                await command.Run("rm", ["-rf", "--", DiskTree.PathForOthers(folder, name)], RemoveLimit, cancellationToken: cancellationToken);
            }
            catch (HostCommandException error)
            {
                throw new FaultException(FaultKind.Conflict, $"cannot delete {path}: it, or something in it, cannot be removed", innerException: error);
            }
        }
    }

    // A pod that was never made has no files that are anybody's.
    private static bool IsOnDisk(Pod pod) => pod is { Guest: null, Unreadable: null, Record: { Made: true, State: PodState.Stopped or PodState.Asleep or PodState.Failed } };

    private static void CheckStopped(string verb, Pod pod, string path)
    {
        if (pod.Record is { State: PodState.Stopped })
            return;
        throw new FaultException(FaultKind.Conflict, pod.Record switch
        {
            null => $"cannot {verb} {path}: pod {pod.Id} is gone",
            { State: PodState.Asleep, Spec.Name: var name } => $"cannot {verb} {path}: pod {name} is asleep, and what it remembers of its files must stay true; wake it first",
            { State: var state, Spec.Name: var name } => $"cannot {verb} {path}: pod {name} is {state.ToString().ToLowerInvariant()}; start or stop it first",
        });
    }

    // In the pod's turn, so that it does not start meanwhile; and an upload may have begun on a disk that a restore has replaced since.
    private async Task Change(string verb, Pod pod, string path, DiskTree tree, Func<Task> act, CancellationToken cancellationToken)
    {
        await fleet.Reclaimed.WaitAsync(cancellationToken);
        await pod.Turn.WaitAsync(cancellationToken);
        try
        {
            CheckStopped(verb, pod, path);
            if (!tree.Is(pool.Disk(pod.Id)))
                throw new FaultException(FaultKind.Conflict, $"cannot {verb} {path}: the pod's disk was replaced meanwhile");
            await act();
        }
        finally
        {
            pod.Turn.Release();
        }
    }
}
