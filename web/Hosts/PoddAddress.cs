namespace Pinacle.Web.Hosts;

/// <summary>What it takes to speak to one podd.</summary>
/// <param name="Address"><c>https://host:7400</c> or <c>unix:/path</c>.</param>
/// <param name="CertificateSha256">Lower-case hex.</param>
/// <param name="ApiKey">For <c>X-Api-Key</c>.</param>
public sealed record PoddAddress(string Address, string CertificateSha256, string ApiKey)
{
    private const string UnixPrefix = "unix:";

    /// <summary>The socket's path; null for a host on the network.</summary>
    public string? SocketPath => Address.StartsWith(UnixPrefix, StringComparison.Ordinal) ? Address[UnixPrefix.Length..] : null;

    /// <summary>Null when an address is one that web speaks to; else why not.</summary>
    public static string? Problem(string address)
    {
        if (address.StartsWith(UnixPrefix, StringComparison.Ordinal))
            return Path.IsPathFullyQualified(address[UnixPrefix.Length..]) ? null : "the socket's path is not absolute";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.AbsolutePath == "/" && uri.Query.Length == 0
            ? null
            : "an address is https://host:port or unix:/path";
    }

    /// <summary>What a log may show.</summary>
    public override string ToString() => Address;
}
