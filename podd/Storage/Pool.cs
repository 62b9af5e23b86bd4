using System.Globalization;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Storage;

/// <summary>The mounted btrfs where images and pods' disks are subvolumes: <c>images/{name}-{hash}</c> (read-only) and <c>pods/{id}</c>.</summary>
public sealed class Pool(PoddOptions options, HostCommand command)
{
    // A write is refused that would pass the limit, so a little of it stays free for ever.
    private const long Remainder = 64L << 20;

    /// <summary>Folder of the images.</summary>
    public string Images => Path.Combine(options.Pool, "images");

    /// <summary>Folder of the pods' disks.</summary>
    public string Pods => Path.Combine(options.Pool, "pods");

    /// <summary>The root file system of a pod.</summary>
    public string Disk(string id) => Path.Combine(Pods, id);

    /// <summary>Bytes of the pool, and how many are free.</summary>
    public (long Size, long Free) Space
    {
        get
        {
            var drive = new DriveInfo(options.Pool);
            return (drive.TotalSize, drive.AvailableFreeSpace);
        }
    }

    /// <summary>Makes the folders, and switches simple quotas on where the pool is still empty.</summary>
    public void Prepare()
    {
        if (new DriveInfo(options.Pool).DriveFormat is not "btrfs")
            throw new InvalidOperationException($"cannot use {options.Pool} as the pool: it is not a mounted btrfs (podd pool ensure makes one)");
        if (!Directory.Exists(Images))
            Subvolume.EnableSimpleQuota(options.Pool);
        Directory.CreateDirectory(Images);
        Directory.CreateDirectory(Pods, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes a pod's disk as a writable snapshot of <paramref name="image"/>, with a limit on what it writes itself.</summary>
    public async Task Create(string id, string image, long limit, CancellationToken cancellationToken)
    {
        await Delete(id, cancellationToken);
        await Task.Run(() => Subvolume.Snapshot(image, Disk(id)), cancellationToken);
        await Limit(id, limit, cancellationToken);
    }

    /// <summary>Sets how many bytes a pod may write.</summary>
    public Task Limit(string id, long bytes, CancellationToken cancellationToken) =>
        Task.Run(() => Subvolume.Limit(Disk(id), bytes), cancellationToken);

    /// <summary>Removes a pod's disk; not there is not an error. The space comes back within half a minute, which nobody waits for.</summary>
    public async Task Delete(string id, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Disk(id)))
            await command.Run("btrfs", ["subvolume", "delete", Disk(id)], cancellationToken: cancellationToken);
    }

    /// <summary>Ids of the disks that are there.</summary>
    public IReadOnlyList<string> Disks() => [.. Directory.EnumerateDirectories(Pods).Select(folder => Path.GetFileName(folder))];

    /// <summary>Bytes that a pod has written itself, by the kernel's simple quota.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Written(CancellationToken cancellationToken)
    {
        var (listing, quotas) = (
            await command.Run("btrfs", ["subvolume", "list", options.Pool], cancellationToken: cancellationToken),
            await command.Run("btrfs", ["qgroup", "show", "--raw", options.Pool], cancellationToken: cancellationToken));
        var written = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in quotas.Stdout.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 3 && fields[0].StartsWith("0/", StringComparison.Ordinal) && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
                written[fields[0][2..]] = bytes;
        }
        var result = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in listing.Stdout.Split('\n'))
        {
            // "ID 257 gen 9 top level 5 path pods/0198…"
            var fields = line.Split(' ', 9);
            if (fields.Length == 9 && fields[8].StartsWith("pods/", StringComparison.Ordinal) && written.TryGetValue(fields[1], out var bytes))
                result[fields[8]["pods/".Length..]] = bytes;
        }
        return result;
    }

    /// <summary>True when a pod has written as much as <paramref name="limit"/> allows.</summary>
    public async Task<bool> IsFull(string id, long limit, CancellationToken cancellationToken)
    {
        // The kernel counts what has reached the disk.
        await command.Run("btrfs", ["filesystem", "sync", options.Pool], cancellationToken: cancellationToken);
        return (await Written(cancellationToken)).GetValueOrDefault(id) > limit - Remainder;
    }
}
