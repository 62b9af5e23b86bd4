namespace Pinacle.Contracts;

/// <summary>One entry of a folder in a pod.</summary>
/// <param name="Name">The entry's own name, as the pod states it.</param>
/// <param name="Kind"><c>file</c>, <c>folder</c>, <c>link</c> or <c>other</c>.</param>
/// <param name="Size">Bytes of a file; 0 otherwise.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="ModifiedAt">Last change of its content.</param>
public sealed record FileEntry(string Name, string Kind, long Size, int Mode, DateTimeOffset ModifiedAt);
