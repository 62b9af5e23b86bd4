using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>Why a pod's sandbox ended unasked, as far as podd can prove it.</summary>
[JsonConverter(typeof(KebabCase<DeathCause>))]
public enum DeathCause
{
    /// <summary>The sandbox is gone and nothing proves why.</summary>
    Unknown,

    /// <summary>The memory limit was hit (the cgroup's own counters).</summary>
    Oom,

    /// <summary>The disk limit was hit.</summary>
    DiskFull,

    /// <summary>PID 1 ended by itself.</summary>
    Exited,

    /// <summary>The sandbox itself broke; the message has the last lines of its log.</summary>
    Runtime,

    /// <summary>The host was restarted.</summary>
    HostRestart,
}
