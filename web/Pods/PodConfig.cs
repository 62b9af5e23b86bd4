using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>The rest of what was asked for a pod (<c>pods.config</c>). No secret ever stands here.</summary>
public sealed record PodConfig
{
    /// <summary>Environment that the person gave.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Environment that the repository asks for; the person's wins.</summary>
    public IReadOnlyDictionary<string, string> RepositoryEnvironment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Seconds; 0 = never.</summary>
    public int SleepAfter { get; init; } = 900;

    public bool AlwaysOn { get; init; }

    /// <summary>True when the person agrees to what the repository proposes as access.</summary>
    public bool AcceptAccess { get; init; }

    /// <summary>What runs once after the clone; null until the repository was read.</summary>
    public IReadOnlyList<SetupStep>? Setup { get; init; }

    /// <summary>Where setup and services came from: <c>pinacle.yaml</c>, <c>devcontainer.json</c>, <c>package.json</c> …; null = nowhere.</summary>
    public string? Source { get; init; }

    /// <summary>What was wrong with the repository's wishes; null when nothing was.</summary>
    public Fault? RepositoryFault { get; init; }
}
