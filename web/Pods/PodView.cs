using Pinacle.Contracts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pods;

/// <summary>A pod as people see it, in the API (these names are its JSON) and on pages.</summary>
public sealed record PodView
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string Owner { get; init; }

    public Guid? Team { get; init; }

    public required PodState Status { get; init; }

    public bool Frozen { get; init; }

    public required string Tier { get; init; }

    public required string Image { get; init; }

    public string? Repo { get; init; }

    public string? Branch { get; init; }

    public string? Host { get; init; }

    /// <summary>False when the pod's host is silent: everything else here is what it said last.</summary>
    public bool HostReachable { get; init; }

    public int SleepAfter { get; init; }

    public required IReadOnlyList<ServiceView> Services { get; init; }

    public required SetupView Setup { get; init; }

    public IdleReport? Idle { get; init; }

    /// <summary>How it came back the last time that it slept; null when it has not slept since a person started it.</summary>
    public WakeReport? Wake { get; init; }

    /// <summary>What an asleep pod comes back from; null = it starts cold, from its files.</summary>
    public CheckpointReport? Checkpoint { get; init; }

    public UsageReport? Usage { get; init; }

    public Fault? Fault { get; init; }

    public DeathCertificate? Death { get; init; }

    public required string Url { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The view of a pod that was read with owner, host and services.</summary>
    public static PodView Of(Pod pod, SiteUrls urls)
    {
        var owner = pod.Owner?.Slug ?? throw new InvalidOperationException($"cannot show pod {pod.Id}: it was read without its owner");
        var up = pod.Status is PodState.Running or PodState.Creating ? pod.Report : null;
        return new PodView
        {
            Id = pod.Id,
            Name = pod.Name,
            Owner = owner,
            Team = pod.TeamId,
            Status = pod.Status,
            Frozen = up?.Frozen ?? false,
            Tier = pod.Tier,
            Image = pod.Image,
            Repo = pod.GithubRepo,
            Branch = pod.Branch,
            Host = pod.Host?.Name,
            HostReachable = pod.Host is null || pod.Host.State is HostState.Active or HostState.Draining,
            SleepAfter = pod.Config.SleepAfter,
            Services = [.. pod.Services.Select(service => ServiceView.Of(service, up, urls.Service(service.Name, pod.Name, owner)))],
            Setup = SetupView.Of(pod),
            Idle = up?.Idle,
            Wake = pod.Report?.Wake,
            Checkpoint = pod.Status == PodState.Asleep ? pod.Report?.Checkpoint : null,
            Usage = pod.Report?.Usage,
            Fault = pod.Fault ?? (pod.Status == PodState.Failed ? pod.Report?.Fault : null),
            Death = pod.Report?.Death,
            Url = urls.Pod(pod.Id),
            CreatedAt = pod.CreatedAt,
            ChangedAt = pod.ChangedAt,
        };
    }
}
