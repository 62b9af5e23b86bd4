namespace Pinacle.Web.Accounts;

/// <summary>Opens one service to whoever has the link.</summary>
public sealed class ShareLink
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid ServiceId { get; init; }

    /// <summary>SHA-256 of the 128 random bits in the link.</summary>
    public required byte[] TokenHash { get; init; }

    public required Guid CreatedById { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null = until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }
}
