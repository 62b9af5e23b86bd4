using System.Globalization;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Hosts;

namespace Pinacle.Podd.Storage;

/// <summary>A pool in a file: made, mounted by a loop device, and taken down again. For development, tests, and hosts without a disk to spare.</summary>
public sealed class PoolFile(HostCommand command)
{
    // noatime: reading must not write. nosuid, nodev: what pods leave on their disks means nothing to the host.
    private const string MountOptions = "loop,noatime,nosuid,nodev";

    // Discard would punch holes into a preallocated file wherever a pod deletes something.
    private const string KeepSpace = ",nodiscard";

    /// <summary>Makes the file if it is not there, and mounts it if it is not mounted.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Its size when it is made.</param>
    /// <param name="folder">Where it is mounted.</param>
    /// <param name="preallocate">Takes the file's space from the disk now, and keeps it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Ensure(string file, long size, string folder, bool preallocate, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            var temporary = file + ".new";
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await command.Run("truncate", ["-s", size.ToString(CultureInfo.InvariantCulture), temporary], cancellationToken: cancellationToken);
            await command.Run("mkfs.btrfs", ["-q", "-f", "--nodiscard", temporary], cancellationToken: cancellationToken);
            if (preallocate)
                await TakeSpace(temporary, cancellationToken);
            File.Move(temporary, file);
        }
        else if (preallocate)
        {
            await TakeSpace(file, cancellationToken);
        }
        Directory.CreateDirectory(folder);
        if (!await Mounted(folder, cancellationToken))
            await command.Run("mount", ["-t", "btrfs", "-o", preallocate ? MountOptions + KeepSpace : MountOptions, file, folder], cancellationToken: cancellationToken);
    }

    /// <summary>Makes a mounted pool larger: its file, the loop device, the file system. Repeating it goes on where it was cut.</summary>
    /// <param name="pool">The pool as it is.</param>
    /// <param name="size">New size of its file; null for a pool on a disk, which takes what the disk has.</param>
    /// <param name="mayOutgrow">Whether a sparse file may be larger than what its disk has left.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task Grow(PoolFacts pool, long? size, bool mayOutgrow, CancellationToken cancellationToken)
    {
        if (pool.Format is not "btrfs")
            throw new InvalidOperationException($"cannot grow the pool at {pool.Folder}: no btrfs is mounted there");
        if (pool.File is { } file)
        {
            await GrowFile(pool, file, size ?? throw new UsageException($"--size is missing: the pool is in the file {file}, which has {Size.Of(pool.FileSize)}"), mayOutgrow, cancellationToken);
            await command.Run("losetup", ["--set-capacity", pool.Device!], cancellationToken: cancellationToken);
        }
        else if (size is not null)
        {
            throw new UsageException($"--size is for a pool in a file: this one is on {pool.Device}; make that larger, then leave --size out");
        }
        await command.Run("btrfs", ["filesystem", "resize", "max", pool.Folder], cancellationToken: cancellationToken);
    }

    /// <summary>Unmounts; the loop device goes with it.</summary>
    public async Task Release(string folder, CancellationToken cancellationToken)
    {
        if (await Mounted(folder, cancellationToken))
            await command.Run("umount", [folder], cancellationToken: cancellationToken);
    }

    private async Task GrowFile(PoolFacts pool, string file, long size, bool mayOutgrow, CancellationToken cancellationToken)
    {
        if (size < pool.FileSize)
            throw new UsageException($"cannot make {file} smaller: it has {Size.Of(pool.FileSize)} already");
        var more = pool.FileGrowth + size - pool.FileSize;
        if (more > pool.BelowFree && !(mayOutgrow && pool.FileGrowth > 0))
            throw new InvalidOperationException($"cannot grow {file} to {Size.Of(size)}: that may take {Size.Of(more)} of its disk, which has {Size.Of(pool.BelowFree)} free");
        var bytes = size.ToString(CultureInfo.InvariantCulture);
        // fallocate makes the file longer by itself; after truncate, a cut would leave a file that is sparse at its end.
        if (pool.FileGrowth > 0)
            await command.Run("truncate", ["-s", bytes, file], cancellationToken: cancellationToken);
        else
            await command.Run("fallocate", ["--length", bytes, file], TimeSpan.FromMinutes(10), cancellationToken: cancellationToken);
    }

    private Task TakeSpace(string file, CancellationToken cancellationToken) =>
        command.Run("fallocate", ["--length", new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture), file], TimeSpan.FromMinutes(10), cancellationToken: cancellationToken);

    private async Task<bool> Mounted(string folder, CancellationToken cancellationToken) =>
        (await command.Run("mountpoint", ["-q", folder], allow: [1, 32], cancellationToken: cancellationToken)).ExitCode == 0;
}
