using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>The states of a pod; this is the only list of them. Lower-case words on the wire and in <c>pods.status</c>.</summary>
/// <remarks>Stable: requested, running, asleep, stopped, failed. The others lie between two of those while an act is under way.</remarks>
[JsonConverter(typeof(KebabCase<PodState>))]
public enum PodState
{
    /// <summary>Stable. The row exists; no host has the pod yet (said by web only).</summary>
    Requested,

    /// <summary>A host is making the pod; lasts until the guest is ready and setup has ended, well or badly.</summary>
    Creating,

    /// <summary>Stable. The sandbox is alive; a frozen pod is still running.</summary>
    Running,

    /// <summary>Between running and stopped.</summary>
    Stopping,

    /// <summary>Stable. Files only; comes back when a person starts it.</summary>
    Stopped,

    /// <summary>Between stopped (or asleep without a checkpoint) and running.</summary>
    Starting,

    /// <summary>Between running and asleep.</summary>
    Sleeping,

    /// <summary>Stable. No sandbox, no memory, no CPU; comes back on request.</summary>
    Asleep,

    /// <summary>Between asleep and running.</summary>
    Waking,

    /// <summary>The files are being replaced by a snapshot's.</summary>
    Restoring,

    /// <summary>The pod and all its traces are being removed.</summary>
    Deleting,

    /// <summary>Stable. An act failed; the report's fault says why. Holds no CPU and no memory.</summary>
    Failed,
}
