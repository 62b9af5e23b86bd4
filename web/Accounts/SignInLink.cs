namespace Pinacle.Web.Accounts;

/// <summary>A one-time way in, printed by <c>web sign-in-link</c>.</summary>
public sealed class SignInLink
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid UserId { get; init; }

    /// <summary>SHA-256 of the token in the link.</summary>
    public required byte[] TokenHash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
