namespace Pinacle.Contracts;

/// <summary>What the guest sees.</summary>
public sealed record GuestStatus
{
    /// <summary>The guest's version.</summary>
    public required string Version { get; init; }

    /// <summary>Name of the setup run that is under way or was the last; null before the first since the pod was made.</summary>
    public string? SetupRun { get; init; }

    /// <summary>State of that run.</summary>
    public SetupState SetupState { get; init; }

    /// <summary>One per configured service.</summary>
    public IReadOnlyList<ServiceReport> Services { get; set; } = [];

    /// <summary>Listening ports without the guest's own, at most 256.</summary>
    public IReadOnlyList<PortReport> Ports { get; set; } = [];

    /// <summary>True once the guest has a configuration since its start.</summary>
    public bool Configured { get; init; }

    /// <summary>Commands under way by <see cref="GuestAct.Exec"/>.</summary>
    public int Execs { get; init; }
}
