namespace Pinacle.Web.Gateway;

/// <summary>A share link as the gateway sees it.</summary>
/// <param name="Service">Name of the service that it opens.</param>
/// <param name="TokenHash">SHA-256 of what stands in the link.</param>
/// <param name="ExpiresAt">Null = until it is revoked.</param>
public sealed record LinkRoute(string Service, byte[] TokenHash, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether it opens a service at that time.</summary>
    public bool Opens(ServiceLabel label, DateTimeOffset now) => Service == label.Service && (ExpiresAt is not { } end || end > now);
}
