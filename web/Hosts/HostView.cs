using Pinacle.Contracts;

namespace Pinacle.Web.Hosts;

/// <summary>A host as operators see it, in the API (these names are its JSON) and on pages. What it says about itself is as old as <see cref="SeenAt"/> where it is down, and null until it has said anything.</summary>
public sealed record HostView
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Where web reaches podd.</summary>
    public required string Address { get; init; }

    public required HostState State { get; init; }

    /// <summary>podd's version.</summary>
    public string? Version { get; init; }

    /// <summary>podd's contract version.</summary>
    public required string Contract { get; init; }

    /// <summary>The verdict on its runsc.</summary>
    public RuntimeReport? Runtime { get; init; }

    public HostCapacity? Capacity { get; init; }

    public HostUse? Use { get; init; }

    /// <summary>Number of its pods by state.</summary>
    public IReadOnlyDictionary<string, int> Pods { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    public IReadOnlyList<ImageReport> Images { get; init; } = [];

    /// <summary>Sentences of the host for the operator.</summary>
    public IReadOnlyList<string> Alerts { get; init; } = [];

    /// <summary>True while podd, just started, still looks through what it found.</summary>
    public bool Reclaiming { get; init; }

    /// <summary>When its podd started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>When it joined.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The view of a host.</summary>
    public static HostView Of(PodHost host) => new()
    {
        Id = host.Id,
        Name = host.Name,
        Address = host.Address,
        State = host.State,
        Version = host.Report?.Version,
        Contract = host.Contract,
        Runtime = host.Report?.Runtime,
        Capacity = host.Capacity,
        Use = host.Report?.Use,
        Pods = host.Report?.Pods ?? new Dictionary<string, int>(StringComparer.Ordinal),
        Images = host.Report?.Images ?? [],
        Alerts = host.Report?.Alerts ?? [],
        Reclaiming = host.Report?.Reclaiming ?? false,
        StartedAt = host.Report?.StartedAt,
        SeenAt = host.SeenAt,
        CreatedAt = host.CreatedAt,
    };
}
