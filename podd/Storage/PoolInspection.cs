using System.Runtime.InteropServices;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Storage;

/// <summary>Looks at the pool from outside: what is mounted, from what, with which quota. Reads only, and cheaply: no program is started.</summary>
public sealed class PoolInspection(PoddOptions options)
{
    // statx(2) counts in these, whatever the file system.
    private const int BlockSize = 512;

    /// <summary>As it is now.</summary>
    public PoolFacts Look()
    {
        var facts = new PoolFacts { Folder = options.Pool };
        if (Mount(System.IO.File.ReadLines("/proc/self/mountinfo"), options.Pool) is not { } mount)
            return facts;
        var (device, drive) = (Path.GetFileName(mount.Device), new DriveInfo(options.Pool));
        facts = facts with
        {
            Format = mount.Format,
            Device = mount.Device,
            Options = mount.Options,
            Quota = Quota(device),
            InUse = Directory.Exists(Path.Combine(options.Pool, "images")),
            Size = drive.TotalSize,
            Free = drive.AvailableFreeSpace,
        };
        if (Loop(device, "backing_file") is not { } file)
            return facts;
        if (LibC.GetStatx(LibC.AT_FDCWD, file, 0, LibC.STATX_BASIC_STATS, out var stat) != 0)
            throw new IOException($"cannot look at {file}, the file of the pool: {Marshal.GetLastPInvokeErrorMessage()}");
        var (size, taken) = ((long)stat.Size, (long)stat.Blocks * BlockSize);
        return facts with { File = file, IsCopied = Loop(device, "dio") is "0", FileSize = size, FileGrowth = Math.Max(size - taken, 0), BelowFree = new DriveInfo(Path.GetDirectoryName(file)!).AvailableFreeSpace };
    }

    /// <summary>The mount at <paramref name="folder"/> (proc_pid_mountinfo(5)); the last one is what is seen.</summary>
    internal static (string Format, string Device, IReadOnlyList<string> Options)? Mount(IEnumerable<string> lines, string folder)
    {
        (string, string, IReadOnlyList<string>)? found = null;
        foreach (var line in lines)
        {
            // "36 35 0:41 / /var/lib/podd/pool rw,nosuid shared:1 - btrfs /dev/loop0 rw,ssd": optional fields, a dash, three more.
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-", 6);
            if (dash > 0 && fields.Length >= dash + 4 && fields[4].Replace("\\040", " ", StringComparison.Ordinal) == folder.TrimEnd('/'))
                found = (fields[dash + 1], fields[dash + 2], [.. fields[5].Split(','), .. fields[dash + 3].Split(',')]);
        }
        return found;
    }

    // /sys/fs/btrfs has a folder for each file system, with its devices in it. Before Linux 6.7 there is no "mode".
    private static string? Quota(string device)
    {
        const string Systems = "/sys/fs/btrfs";
        if (!Directory.Exists(Systems) || Directory.EnumerateDirectories(Systems).FirstOrDefault(folder => Path.Exists(Path.Combine(folder, "devices", device))) is not { } system)
            return null;
        var mode = Path.Combine(system, "qgroups", "mode");
        return System.IO.File.Exists(mode) ? System.IO.File.ReadAllText(mode).Trim() : "disabled";
    }

    // What the kernel says of a loop device; null where it is none.
    private static string? Loop(string device, string what)
    {
        var file = $"/sys/block/{device}/loop/{what}";
        return System.IO.File.Exists(file) ? System.IO.File.ReadAllText(file).Trim() : null;
    }
}
