using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Storage;

/// <summary>What a pod's start asks of btrfs, by ioctl(2) (linux/btrfs.h): a program for each would take longer to start than to do it. The calls block.</summary>
internal static unsafe class Subvolume
{
    private const uint SnapshotCreate = 0x50009417; // BTRFS_IOC_SNAP_CREATE_V2
    private const uint QuotaLimit = 0x8030942B; // BTRFS_IOC_QGROUP_LIMIT
    private const uint QuotaControl = 0xC0109428; // BTRFS_IOC_QUOTA_CTL
    private const ulong EnableSimple = 4; // BTRFS_QUOTA_CTL_ENABLE_SIMPLE_QUOTA
    private const ulong LimitReferenced = 1; // BTRFS_QGROUP_LIMIT_MAX_RFER

    // struct btrfs_ioctl_vol_args_v2: s64 descriptor of what is copied, three times nothing of u64, 32 bytes unused, the new name.
    private const int SnapshotSize = 4096;
    private const int NameAt = 56;

    /// <summary>Makes <paramref name="target"/>, in a folder that is there, a writable snapshot of the subvolume <paramref name="source"/>.</summary>
    public static void Snapshot(string source, string target)
    {
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(target));
        if (name.Length >= SnapshotSize - NameAt)
            throw new IOException($"cannot make a snapshot at {target}: its name is too long");
        var copied = Open(source);
        try
        {
            Span<byte> arguments = stackalloc byte[SnapshotSize];
            arguments.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(arguments, copied);
            name.CopyTo(arguments[NameAt..]);
            fixed (byte* pointer = arguments)
                Call(Path.GetDirectoryName(target)!, SnapshotCreate, pointer, $"make a snapshot of {source} at {target}");
        }
        finally
        {
            _ = LibC.Close(copied);
        }
    }

    /// <summary>Sets how many bytes the subvolume may write.</summary>
    public static void Limit(string subvolume, long bytes)
    {
        // struct btrfs_ioctl_qgroup_limit_args: the group (0 for the subvolume's own), flags, referenced, exclusive, two reservations.
        var arguments = stackalloc ulong[6] { 0, LimitReferenced, (ulong)bytes, 0, 0, 0 };
        Call(subvolume, QuotaLimit, arguments, $"limit {subvolume}");
    }

    /// <summary>Switches simple quotas on. Debian 12's btrfs-progs can set limits of them, but not this.</summary>
    public static void EnableSimpleQuota(string pool)
    {
        var arguments = stackalloc ulong[2] { EnableSimple, 0 };
        Call(pool, QuotaControl, arguments, $"switch simple quotas on in {pool} (Linux 6.7 or newer is needed)");
    }

    private static void Call(string folder, uint request, void* arguments, string what)
    {
        var descriptor = Open(folder);
        try
        {
            if (LibC.Ioctl(descriptor, request, arguments) != 0)
                throw new IOException($"cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }

    private static int Open(string folder) =>
        LibC.Open(folder, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC) is >= 0 and var descriptor
            ? descriptor
            : throw new IOException($"cannot open {folder}: {Marshal.GetLastPInvokeErrorMessage()}");
}
