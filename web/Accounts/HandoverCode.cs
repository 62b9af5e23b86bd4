namespace Pinacle.Web.Accounts;

/// <summary>Carries a session from the main site to one service's host: used once, within 30 s, by the browser that asked.</summary>
public sealed class HandoverCode
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the code.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>The label under the gateway's domain that the code is good for.</summary>
    public required string Label { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>SHA-256 of the nonce in the browser's cookie on that host.</summary>
    public required byte[] NonceHash { get; init; }

    /// <summary>Path and query on that host to go on to.</summary>
    public required string ReturnPath { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
