namespace Pinacle.Contracts;

/// <summary>A folder of a pod.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Items">At most 10,000, fewer where names are very long; folders first, then by name.</param>
/// <param name="Truncated">True when there are more.</param>
public sealed record FileListing(string Path, IReadOnlyList<FileEntry> Items, bool Truncated = false);
