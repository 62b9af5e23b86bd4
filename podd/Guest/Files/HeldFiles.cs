using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Files that were deleted, or replaced by another of their name, while a process goes on using them (proc_pid_fd(5), proc_pid_maps(5)).</summary>
internal static class HeldFiles
{
    private const int Most = 64;
    private const int MostDescriptors = 65_536;
    private const int MostMaps = 4 << 20;
    private const string Mark = " (deleted)";

    /// <summary>Those of the disk that <paramref name="folder"/> is on: memory that looks like a file is none.</summary>
    public static IReadOnlyList<HeldFile> Look(string folder)
    {
        var disk = FileStat.Of(folder)?.Device;
        return
        [
            .. PodProcess.All()
                .SelectMany(process => Opened(process, disk).Concat(Mapped(process)).Distinct(StringComparer.Ordinal).Select(path => new HeldFile(path, process.Name ?? "a process", process.Id)))
                .Take(Most),
        ];
    }

    private static IEnumerable<string> Opened(PodProcess process, ulong? disk) =>
        process.Descriptors(MostDescriptors).Append(process.WorkingFolder)
            .Where(link => FileStat.Of(link) is { } stat && (stat.IsRegular || stat.IsFolder) && stat.Device == disk)
            .Select(link => Deleted(PodProcess.Target(link)))
            .OfType<string>();

    // "7f0c… r-xp 00000000 fe:00 1234    /usr/lib/libc.so.6 (deleted)"; of those of a device only the number is told, so what is never on a disk is known by its name.
    private static IEnumerable<string> Mapped(PodProcess process) =>
        Encoding.UTF8.GetString(process.Read("maps", MostMaps) ?? []).Split('\n')
            .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, _, var path] ? Deleted(path) : null)
            .OfType<string>()
            .Where(path => !path.StartsWith("/memfd:", StringComparison.Ordinal) && !path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/SYSV", StringComparison.Ordinal));

    private static string? Deleted(string? path) => path?.EndsWith(Mark, StringComparison.Ordinal) == true ? path[..^Mark.Length] : null;
}
