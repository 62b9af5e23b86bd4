using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pods;

/// <summary>A development environment: what people want of it, and the last thing its host said.</summary>
public sealed class Pod
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    public required Guid OwnerId { get; init; }

    public User? Owner { get; init; }

    public Guid? TeamId { get; set; }

    public Guid? HostId { get; private set; }

    public PodHost? Host { get; init; }

    /// <summary>The pod's address on its host, for the operator.</summary>
    public string? InternalIp { get; private set; }

    /// <summary>What people want.</summary>
    public PodIntent Intent { get; private set; } = PodIntent.Running;

    /// <summary>What it is, as far as web has heard.</summary>
    public PodState Status { get; private set; } = PodState.Requested;

    public required string Tier { get; set; }

    public string Image { get; init; } = "default";

    /// <summary>The git URL it is made from; null for an empty workspace.</summary>
    public string? GithubRepo { get; init; }

    public string? Branch { get; init; }

    public PodConfig Config { get; set; } = new();

    /// <summary>Why the last act failed.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>The newest report of its host.</summary>
    public PodReport? Report { get; private set; }

    /// <summary><see cref="PodReport.Seq"/> of <see cref="Report"/>; only a higher one replaces it.</summary>
    public long ReportSeq { get; private set; }

    /// <summary>Grows when the pod is made again elsewhere; only the highest is routed.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>Grows with every "retry" of the setup.</summary>
    public int SetupAttempt { get; private set; } = 1;

    /// <summary><see cref="PodSpecHash.Of"/> of the spec that was sent last.</summary>
    public string? SpecHash { get; set; }

    public List<Service> Services { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }
}
