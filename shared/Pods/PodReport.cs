namespace Pinacle.Contracts;

/// <summary>What a host says about one pod. Fact, not intent.</summary>
public sealed record PodReport
{
    /// <summary>The pod's id.</summary>
    public required string Id { get; init; }

    /// <summary>The epoch of the spec that the host holds; 0 where it cannot read the pod's record, and so does not know.</summary>
    public required long Epoch { get; init; }

    /// <summary>Grows with every report of this host. The upper half is podd's start in seconds since 1970 (<c>start &lt;&lt; 24</c>), so that a restarted podd is newer. web writes a report only if it is newer than the one it has.</summary>
    public required long Seq { get; init; }

    /// <summary>What the pod is in.</summary>
    public required PodState State { get; init; }

    /// <summary>True when the sandbox is alive but its processes stand still.</summary>
    public bool Frozen { get; init; }

    /// <summary>Null when there is none: an asleep pod then starts cold.</summary>
    public CheckpointReport? Checkpoint { get; init; }

    /// <summary>How setup went or goes.</summary>
    public required SetupReport Setup { get; init; }

    /// <summary>One per service of the spec.</summary>
    public IReadOnlyList<ServiceReport> Services { get; set; } = [];

    /// <summary>Every port that is listened on, at most 256.</summary>
    public IReadOnlyList<PortReport> Ports { get; set; } = [];

    /// <summary>Null unless running.</summary>
    public IdleReport? Idle { get; init; }

    /// <summary>Null when nothing was measured yet.</summary>
    public UsageReport? Usage { get; init; }

    /// <summary>How it woke last; null when it never slept since it was started by a person.</summary>
    public WakeReport? Wake { get; init; }

    /// <summary>Set when the sandbox ended unasked; cleared by the next start.</summary>
    public DeathCertificate? Death { get; init; }

    /// <summary>Why the pod is <see cref="PodState.Failed"/>, or why its delete has not come to its end; null otherwise.</summary>
    public Fault? Fault { get; init; }

    /// <summary>True when podd was restarted and lacks the pod's secret environment: web sends the spec again.</summary>
    public bool NeedsSecrets { get; init; }

    /// <summary>The pod's address on its host, for the operator; null without a network.</summary>
    public string? Address { get; init; }

    /// <summary><see cref="PodSpecHash.Of"/> of the spec that the host holds.</summary>
    public required string SpecHash { get; init; }

    /// <summary>When this report was made.</summary>
    public required DateTimeOffset At { get; init; }
}
