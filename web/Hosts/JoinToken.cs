namespace Pinacle.Web.Hosts;

/// <summary>Lets one host enrol, once, within 15 minutes.</summary>
public sealed class JoinToken
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Set when a host has used it.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>The host that has used it.</summary>
    public Guid? HostId { get; private set; }

    public PodHost? Host { get; private set; }
}
