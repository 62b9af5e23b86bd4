using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Lists a folder, bounded: a million entries, or names made of what JSON must escape, cost no more than the line that the answer is.</summary>
internal static class FolderListing
{
    private const int MostEntries = 10_000;
    private const int MostBytes = GuestProtocol.MaxLine - (64 << 10);
    // Name and size of the members around the name, at their longest.
    private const int EntryBytes = 130;

    /// <summary>The listing of a folder.</summary>
    /// <param name="folder">Where it is.</param>
    /// <param name="shown">Its path in the pod, where that is another.</param>
    public static FileListing Of(string folder, string? shown = null)
    {
        var path = shown ?? folder;
        var entries = new List<FileEntry>();
        var bytes = 0;
        try
        {
            foreach (var found in Directory.EnumerateFileSystemEntries(folder))
            {
                var entry = Describe(found);
                bytes += EntryBytes + System.Text.Json.JsonEncodedText.Encode(entry.Name).EncodedUtf8Bytes.Length;
                if (entries.Count == MostEntries || bytes > MostBytes)
                    return Sorted(path, entries, truncated: true);
                entries.Add(entry);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PodPath.Failure("read", path, error);
        }
        return Sorted(path, entries, truncated: false);
    }

    private static FileListing Sorted(string folder, List<FileEntry> entries, bool truncated) =>
        new(folder, [.. entries.OrderBy(entry => entry.Kind != "folder").ThenBy(entry => entry.Name, StringComparer.Ordinal)], truncated);

    // A name that is not UTF-8 reaches .NET with replacements and is not found again; neither is what was removed meanwhile.
    private static FileEntry Describe(string path)
    {
        if (FileStat.OfLink(path) is not { } stat)
            return new FileEntry(Path.GetFileName(path), "other", 0, 0, DateTimeOffset.UnixEpoch);
        var kind = stat.IsLink ? "link" : stat.IsFolder ? "folder" : stat.IsRegular ? "file" : "other";
        return new FileEntry(Path.GetFileName(path), kind, kind == "file" ? stat.Size : 0, stat.Permissions, stat.ModifiedAt);
    }
}
