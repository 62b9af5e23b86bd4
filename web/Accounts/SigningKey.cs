namespace Pinacle.Web.Accounts;

/// <summary>A key that signs tokens, shared by all copies of web; protected by Data Protection.</summary>
public sealed class SigningKey
{
    /// <summary>What it signs: <c>api</c> or <c>gateway</c>.</summary>
    public required string Id { get; init; }

    public required byte[] Protected { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
