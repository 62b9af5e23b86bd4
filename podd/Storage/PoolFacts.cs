namespace Pinacle.Podd.Storage;

/// <summary>How a pool is mounted and what is below it.</summary>
public sealed record PoolFacts
{
    /// <summary>Where the pool shall be.</summary>
    public required string Folder { get; init; }

    /// <summary>Type of the file system that is mounted right there; null when none is.</summary>
    public string? Format { get; init; }

    /// <summary>The device that is mounted: <c>/dev/vdb</c>, <c>/dev/loop0</c>.</summary>
    public string? Device { get; init; }

    /// <summary>Options of the mount and of the file system.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The kernel's word for the kind of quota: <c>squota</c>, <c>qgroup</c>, <c>disabled</c>; null when it does not say.</summary>
    public string? Quota { get; init; }

    /// <summary>False until podd has started on it once.</summary>
    public bool InUse { get; init; }

    /// <summary>Bytes of it.</summary>
    public long Size { get; init; }

    /// <summary>Bytes that are free.</summary>
    public long Free { get; init; }

    /// <summary>The file below a loop device; null for a disk.</summary>
    public string? File { get; init; }

    /// <summary>Length of that file.</summary>
    public long FileSize { get; init; }

    /// <summary>How many bytes that file may still take from its own disk.</summary>
    public long FileGrowth { get; init; }

    /// <summary>How many bytes are free there.</summary>
    public long BelowFree { get; init; }

    /// <summary>True when what is written into that file is copied into the host's page cache first (<see cref="PoolDevice"/>).</summary>
    public bool IsCopied { get; init; }

    /// <summary>True when the file may want more of its disk than that has: then the pool breaks before it is full.</summary>
    public bool Outgrows => FileGrowth > BelowFree;
}
