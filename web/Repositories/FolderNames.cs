using Pinacle.Contracts;

namespace Pinacle.Web.Repositories;

/// <summary>What lies in a folder of a repository. Links count as nothing: where they lead is not the repository's business.</summary>
public sealed class FolderNames(IEnumerable<FileEntry> entries)
{
    private readonly Dictionary<string, string> kinds = entries.GroupBy(entry => entry.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Kind, StringComparer.Ordinal);

    public bool HasFile(string name) => kinds.GetValueOrDefault(name) == "file";

    public bool HasFolder(string name) => kinds.GetValueOrDefault(name) == "folder";
}
