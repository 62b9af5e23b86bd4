namespace Pinacle.Web.Accounts;

/// <summary>One signed-in browser. The cookie only names it, so ending the row ends the session everywhere.</summary>
public sealed class Session
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid UserId { get; init; }

    public User? User { get; init; }

    /// <summary>The browser's own words, at most 300 characters, for the list in Settings.</summary>
    public string? UserAgent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Set by signing out or by ending the session from elsewhere.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public bool IsLive(DateTimeOffset now) => EndedAt is null && ExpiresAt > now;
}
