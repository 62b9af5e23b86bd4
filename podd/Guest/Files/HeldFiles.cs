using System.Globalization;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Files that were deleted, or replaced by another of their name, while a process goes on using them (proc_pid_fd(5), proc_pid_maps(5)).</summary>
internal static class HeldFiles
{
    private const int Most = 64;
    private const string Mark = " (deleted)";

    /// <summary>Those of the disk that <paramref name="folder"/> is on: memory that looks like a file is none.</summary>
    public static IReadOnlyList<HeldFile> Look(string folder)
    {
        var disk = FileStat.Of(folder)?.Device;
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(process => (Folder: process, Id: int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0))
                .Where(process => process.Id > 0)
                .SelectMany(process => Of(process.Folder, disk).Distinct(StringComparer.Ordinal).Select(path => new HeldFile(path, NameOf(process.Folder), process.Id)))
                .Take(Most),
        ];
    }

    private static IEnumerable<string> Of(string process, ulong? disk) => Opened(process, disk).Concat(Mapped(process));

    private static IEnumerable<string> Opened(string process, ulong? disk) =>
        Entries(Path.Combine(process, "fd")).Append(Path.Combine(process, "cwd"))
            .Where(link => FileStat.Of(link) is { } stat && (stat.IsRegular || stat.IsFolder) && stat.Device == disk)
            .Select(link => Deleted(ReadLink(link)))
            .OfType<string>();

    // "7f0c… r-xp 00000000 fe:00 1234    /usr/lib/libc.so.6 (deleted)"; of those of a device only the number is told, so what is never on a disk is known by its name.
    private static IEnumerable<string> Mapped(string process) =>
        Lines(Path.Combine(process, "maps"))
            .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, _, var path] ? Deleted(path) : null)
            .OfType<string>()
            .Where(path => !path.StartsWith("/memfd:", StringComparison.Ordinal) && !path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/SYSV", StringComparison.Ordinal));

    private static string? Deleted(string? path) => path?.EndsWith(Mark, StringComparison.Ordinal) == true ? path[..^Mark.Length] : null;

    private static string NameOf(string process) => Lines(Path.Combine(process, "comm")).FirstOrDefault("a process");

    // A process may end while it is looked at.
    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static unsafe string? ReadLink(string link)
    {
        var buffer = stackalloc byte[4200]; // PATH_MAX, and the mark
        var length = LibC.ReadLink(link, buffer, 4200);
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }
}
