using Microsoft.Extensions.Options;

namespace Pinacle.Web.Site;

/// <summary>Makes every public URL.</summary>
public sealed class SiteUrls
{
    private readonly string site;
    private readonly string scheme;
    private readonly string domain;
    private readonly string port;

    public SiteUrls(IOptions<SiteOptions> options)
    {
        site = options.Value.Url.TrimEnd('/');
        var url = new Uri(site);
        scheme = options.Value.Scheme ?? url.Scheme;
        domain = options.Value.Domain;
        var number = options.Value.Port ?? url.Port;
        port = number == (scheme == "https" ? 443 : 80) ? "" : $":{number}";
    }

    /// <summary>The main site's, without a slash at the end.</summary>
    public string Site => site;

    /// <summary>A page or route of the main site.</summary>
    public string Page(string path) => site + path;

    /// <summary>The pod's page.</summary>
    public string Pod(Guid id) => $"{site}/pods/{id}";

    /// <summary>The host name of a service, or of a port, without the port of the URL.</summary>
    public string ServiceHost(string service, string pod, string owner) => $"{service}-{pod}-{owner}.{domain}";

    /// <summary>A service's origin with a slash at the end.</summary>
    public string Service(string service, string pod, string owner) => $"{scheme}://{ServiceHost(service, pod, owner)}{port}/";
}
