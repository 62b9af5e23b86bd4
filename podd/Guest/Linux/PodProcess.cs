using System.Globalization;
using System.Text;

namespace Pinacle.Guest.Linux;

/// <summary>
/// A process of the pod, as proc_pid(5) shows it. It may end while it is looked at, and is another user's where the guest is not root: what cannot be seen is not there.
/// Whoever asks says how much of what the pod can make large is wanted.
/// </summary>
/// <param name="Id">Its id.</param>
internal readonly record struct PodProcess(int Id)
{
    private const int LongestTarget = 4200; // PATH_MAX, and the mark of what was deleted

    /// <summary>All there are, the guest among them.</summary>
    public static IEnumerable<PodProcess> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => new PodProcess(id));

    /// <summary>What it calls itself: at most 15 bytes of its own choice (PR_SET_NAME), without what a terminal would obey.</summary>
    public string? Name =>
        Read("comm", 64) is { } bytes && string.Concat(Encoding.UTF8.GetString(bytes).Where(letter => !char.IsControl(letter))).Trim() is { Length: > 0 } name ? name : null;

    /// <summary>The link of its folder.</summary>
    public string WorkingFolder => InProc("cwd");

    /// <summary>The links of its open descriptors.</summary>
    public IReadOnlyList<string> Descriptors(int most)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(InProc("fd")).Take(most)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The first bytes of one of its files.</summary>
    public byte[]? Read(string file, int most)
    {
        try
        {
            using var handle = File.OpenHandle(InProc(file));
            var buffer = new byte[Math.Min(most, 4096)];
            for (var length = 0; ;)
            {
                var count = RandomAccess.Read(handle, buffer.AsSpan(length), length);
                length += count;
                if (count == 0 || length == most)
                    return buffer[..length];
                if (length == buffer.Length)
                    Array.Resize(ref buffer, Math.Min(most, length * 4));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where one of its links leads, in the kernel's words.</summary>
    public static unsafe string? Target(string link)
    {
        var buffer = stackalloc byte[LongestTarget];
        var length = LibC.ReadLink(link, buffer, LongestTarget);
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }

    private string InProc(string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/{name}");
}
