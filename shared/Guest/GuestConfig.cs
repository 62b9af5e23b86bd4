namespace Pinacle.Contracts;

/// <summary>What the guest should keep: the environment and the services.</summary>
public sealed record GuestConfig
{
    /// <summary>Host name to set.</summary>
    public required string HostName { get; init; }

    /// <summary>Environment of everything the guest starts, secrets among it; held in the guest's memory.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Services in order of start.</summary>
    public required IReadOnlyList<ServiceSpec> Services { get; init; }

    /// <summary>False until setup has ended: services are known but not started.</summary>
    public required bool ServicesOn { get; init; }
}
