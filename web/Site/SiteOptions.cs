namespace Pinacle.Web.Site;

/// <summary>Where people find web: sections <c>Site</c> and <c>Gateway</c>.</summary>
public sealed class SiteOptions
{
    /// <summary><c>Site:Url</c>: the main site, without a slash at the end. Default <c>http://pinacle.localhost:8080</c>.</summary>
    public string Url { get; set; } = "http://pinacle.localhost:8080";

    /// <summary><c>Gateway:Domain</c>: services are one label under it. Default <c>pinacle.localhost</c>.</summary>
    public string Domain { get; set; } = "pinacle.localhost";

    /// <summary><c>Gateway:Scheme</c>: of services' URLs; null for the main site's.</summary>
    public string? Scheme { get; set; }

    /// <summary><c>Gateway:Port</c>: of services' URLs; null for the main site's.</summary>
    public int? Port { get; set; }

    /// <summary><c>Gateway:TrustedProxies</c>: networks (<c>10.0.0.0/8</c>, <c>::1/128</c>) of the proxies in front of web. Only their <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed; nobody's <c>X-Forwarded-Host</c> is. Default none.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Whether browsers come by HTTPS.</summary>
    public bool IsHttps => (Scheme ?? new Uri(Url).Scheme) == "https";
}
