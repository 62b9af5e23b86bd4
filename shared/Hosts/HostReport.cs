namespace Pinacle.Contracts;

/// <summary>What a host says about itself (<c>GET /v1/host</c> and the report stream).</summary>
public sealed record HostReport
{
    /// <summary>The host's name, as enrolled.</summary>
    public required string Name { get; init; }

    /// <summary>podd's own version.</summary>
    public required string Version { get; init; }

    /// <summary><see cref="ContractVersion.Text"/> of podd.</summary>
    public required string Contract { get; init; }

    /// <summary>The kernel's boot id: another one means that the host was restarted.</summary>
    public required string BootId { get; init; }

    /// <summary>When podd started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The self-test of runsc.</summary>
    public required RuntimeReport Runtime { get; init; }

    /// <summary>What the host has for pods.</summary>
    public required HostCapacity Capacity { get; init; }

    /// <summary>What is used of it.</summary>
    public required HostUse Use { get; init; }

    /// <summary>Number of pods by state.</summary>
    public required IReadOnlyDictionary<string, int> Pods { get; init; }

    /// <summary>The images on the host.</summary>
    public IReadOnlyList<ImageReport> Images { get; set; } = [];

    /// <summary>How asleep pods came back.</summary>
    public WakeCounts Wakes { get; set; } = new(0, 0);

    /// <summary>Sentences for the operator: disk nearly full, pool not guarded, foreign firewall.</summary>
    public IReadOnlyList<string> Alerts { get; set; } = [];

    /// <summary>True until podd has looked through everything that it found at its start.</summary>
    public bool Reclaiming { get; init; }
}
