namespace Pinacle.Contracts;

/// <summary>What web asks of a host for one pod (<c>PUT /v1/pods/{id}</c>). Sending it again converges the pod to it.</summary>
public sealed record PodSpec
{
    /// <summary>UUID v7, lower case with hyphens (36 characters); also the id of the sandbox.</summary>
    public required string Id { get; init; }

    /// <summary>Starts at 1 and grows when the pod is made again elsewhere. Only the highest epoch is ever routed.</summary>
    public required long Epoch { get; init; }

    /// <summary>The pod's name: <c>[a-z][a-z0-9]{0,19}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The owner's slug.</summary>
    public required string Owner { get; init; }

    /// <summary>The image the pod's disk starts from.</summary>
    public required ImageRef Image { get; init; }

    /// <summary>A name of <see cref="Tier.All"/>.</summary>
    public required string Tier { get; init; }

    /// <summary>The host name inside the pod; the pod's name unless it was given another.</summary>
    public required string HostName { get; init; }

    /// <summary>Environment of every process of the pod. Names match <c>[A-Za-z_][A-Za-z0-9_]*</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Secret environment. podd keeps it in memory only, never in pod.json; null means "as you have it".</summary>
    public IReadOnlyDictionary<string, string>? SecretEnv { get; init; }

    /// <summary>What is cloned into <c>/workspace</c> when the pod is made; null for an empty workspace.</summary>
    public RepositorySpec? Repository { get; init; }

    /// <summary>What runs once after the clone. Null means "not decided yet": the pod stays <c>creating</c> after the clone, so that web can read the repository's own wishes and send the spec again.</summary>
    public SetupSpec? Setup { get; init; }

    /// <summary>The services that the guest keeps running.</summary>
    public IReadOnlyList<ServiceSpec> Services { get; set; } = [];

    /// <summary>When the pod freezes and sleeps.</summary>
    public SleepPolicy Sleep { get; set; } = new();
}
