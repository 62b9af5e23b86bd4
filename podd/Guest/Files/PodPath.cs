using System.Runtime.InteropServices;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Files;

/// <summary>Paths of the pod as callers state them, and what their errors mean. Links are followed: the guest sees nothing that the pod's owner may not.</summary>
internal static class PodPath
{
    private const int ENOENT = 2;
    private const int ENOTDIR = 20;
    private const int ENOSPC = 28;
    private const int EDQUOT = 122;

    /// <summary>The path without dots.</summary>
    public static string Of(string? path) =>
        path is not null && Path.IsPathFullyQualified(path) && !path.Contains('\0', StringComparison.Ordinal) && path.Length <= 4096
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
            : throw new FaultException(FaultKind.Invalid, "cannot use that path: it must be absolute, without NUL and at most 4,096 characters");

    /// <summary>What is at the path.</summary>
    public static FileStat Stat(string verb, string path) => FileStat.Of(path) ?? throw Failure(verb, path, Marshal.GetLastPInvokeError());

    /// <summary>The fault of a failed call.</summary>
    public static FaultException Failure(string verb, string path, int errno, Exception? because = null) => errno switch
    {
        ENOENT or ENOTDIR => new FaultException(FaultKind.NotFound, $"cannot {verb} {path}: there is no such file", innerException: because),
        ENOSPC or EDQUOT => new FaultException(FaultKind.DiskFull, $"cannot {verb} {path}: the pod's disk is full", innerException: because),
        _ => new FaultException(FaultKind.Conflict, $"cannot {verb} {path}: {Marshal.GetPInvokeErrorMessage(errno)}", innerException: because),
    };

    /// <summary>The fault of what .NET threw.</summary>
    public static FaultException Failure(string verb, string path, Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException ? Failure(verb, path, ENOENT, error)
        : error is IOException { HResult: ENOSPC or EDQUOT } ? Failure(verb, path, ENOSPC, error)
        : new FaultException(FaultKind.Conflict, $"cannot {verb} {path}: {error.Message}", innerException: error);
}
