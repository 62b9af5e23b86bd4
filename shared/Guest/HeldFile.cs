namespace Pinacle.Contracts;

/// <summary>A file or folder of the pod's disk that has no name any more, and that a process has open, mapped, or as its working folder. With such a one in it no pod can be put to sleep.</summary>
/// <param name="Path">The last name it had.</param>
/// <param name="Process">Name of the process.</param>
/// <param name="ProcessId">Its id in the pod.</param>
public sealed record HeldFile(string Path, string Process, int ProcessId);
