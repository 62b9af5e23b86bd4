using System.Globalization;
using Pinacle.Podd.Commands;

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

    /// <summary>Unmounts; the loop device goes with it.</summary>
    public async Task Release(string folder, CancellationToken cancellationToken)
    {
        if (await Mounted(folder, cancellationToken))
            await command.Run("umount", [folder], cancellationToken: cancellationToken);
    }

    private Task TakeSpace(string file, CancellationToken cancellationToken) =>
        command.Run("fallocate", ["--length", new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture), file], TimeSpan.FromMinutes(10), cancellationToken: cancellationToken);

    private async Task<bool> Mounted(string folder, CancellationToken cancellationToken) =>
        (await command.Run("mountpoint", ["-q", folder], allow: [1, 32], cancellationToken: cancellationToken)).ExitCode == 0;
}
