namespace Pinacle.Web.Gateway;

/// <summary>What a request's <c>Host</c> means. Nothing else decides: forwarded-host headers are ignored.</summary>
/// <param name="IsMain">True for the main site.</param>
/// <param name="Label">The service, where the host is one label under the domain.</param>
public sealed record HostKind(bool IsMain, ServiceLabel? Label)
{
    private static readonly HostKind Main = new(true, null);
    private static readonly HostKind Unknown = new(false, null);

    /// <summary>Classifies a host name (without its port).</summary>
    /// <param name="host">As the browser sent it.</param>
    /// <param name="domain"><c>Gateway:Domain</c>.</param>
    /// <param name="site">Host of <c>Site:Url</c>.</param>
    public static HostKind Of(string host, string domain, string site)
    {
        if (host.Equals(site, StringComparison.OrdinalIgnoreCase) || host.Equals(domain, StringComparison.OrdinalIgnoreCase))
            return Main;
        if (host.Length <= domain.Length + 1 || host[^(domain.Length + 1)] != '.' || !host.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
            return Unknown;
        return ServiceLabel.Parse(host[..^(domain.Length + 1)]) is { } label ? new HostKind(false, label) : Unknown;
    }
}
