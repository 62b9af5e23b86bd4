using Pinacle.Contracts;

namespace Pinacle.Web.Hosts;

/// <summary>A machine that runs podd.</summary>
public sealed class PodHost
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; init; }

    /// <summary><c>https://host:7400</c> or <c>unix:/run/podd/podd.sock</c>.</summary>
    public required string Address { get; set; }

    /// <summary>Lower-case hex; web speaks to no other certificate.</summary>
    public required string CertificateSha256 { get; set; }

    /// <summary>The key for <c>X-Api-Key</c>, protected by Data Protection.</summary>
    public required byte[] ApiKeyEncrypted { get; set; }

    public HostState State { get; private set; } = HostState.Active;

    /// <summary>podd's contract version.</summary>
    public required string Contract { get; set; }

    public HostCapacity? Capacity { get; private set; }

    public HostReport? Report { get; private set; }

    public DateTimeOffset? SeenAt { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Records what the host says about itself; a host that was down is active again.</summary>
    public void Seen(HostReport report, DateTimeOffset now)
    {
        Report = report;
        Capacity = report.Capacity;
        Contract = report.Contract;
        Heard(now);
    }

    /// <summary>Records a sign of life.</summary>
    public void Heard(DateTimeOffset now)
    {
        SeenAt = now;
        if (State == HostState.Down)
            State = HostState.Active;
    }

    /// <summary>Nothing was heard for too long.</summary>
    public void Silent()
    {
        if (State == HostState.Active)
            State = HostState.Down;
    }
}
