using System.Globalization;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Storage;

/// <summary>A pool in a file: made, mounted by a loop device, and taken down again. For development, tests, and hosts without a disk to spare.</summary>
public sealed class PoolFile(HostCommand command)
{
    // noatime: reading must not write. nosuid, nodev: what pods leave on their disks means nothing to the host.
    private const string MountOptions = "loop,noatime,nosuid,nodev";

    /// <summary>Makes the file if it is not there, and mounts it if it is not mounted.</summary>
    public async Task Ensure(string file, long size, string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            var temporary = file + ".new";
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await command.Run("truncate", ["-s", size.ToString(CultureInfo.InvariantCulture), temporary], cancellationToken: cancellationToken);
            await command.Run("mkfs.btrfs", ["-q", "-f", temporary], cancellationToken: cancellationToken);
            File.Move(temporary, file);
        }
        Directory.CreateDirectory(folder);
        if (!await Mounted(folder, cancellationToken))
            await command.Run("mount", ["-t", "btrfs", "-o", MountOptions, file, folder], cancellationToken: cancellationToken);
    }

    /// <summary>Unmounts; the loop device goes with it.</summary>
    public async Task Release(string folder, CancellationToken cancellationToken)
    {
        if (await Mounted(folder, cancellationToken))
            await command.Run("umount", [folder], cancellationToken: cancellationToken);
    }

    private async Task<bool> Mounted(string folder, CancellationToken cancellationToken) =>
        (await command.Run("mountpoint", ["-q", folder], allow: [1, 32], cancellationToken: cancellationToken)).ExitCode == 0;
}
