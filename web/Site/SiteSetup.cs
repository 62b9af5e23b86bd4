namespace Pinacle.Web.Site;

/// <summary>Puts the public URLs into the composition.</summary>
public static class SiteSetup
{
    public static void AddSite(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SiteOptions>()
            .Bind(builder.Configuration.GetSection("Site"))
            .Bind(builder.Configuration.GetSection("Gateway"))
            .PostConfigure(options => options.Url = builder.Configuration["Site:Url"] ?? new SiteOptions().Url)
            .Validate(options => Uri.TryCreate(options.Url, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https"), "cannot start: Site:Url is not an http or https URL")
            .Validate(options => Uri.CheckHostName(options.Domain) == UriHostNameType.Dns, "cannot start: Gateway:Domain is not a domain name")
            .Validate(options => Array.TrueForAll(options.TrustedProxies, network => System.Net.IPNetwork.TryParse(network, out _)), "cannot start: Gateway:TrustedProxies has an entry that is not a network such as 10.0.0.0/8")
            .ValidateOnStart();
        builder.Services.AddSingleton<SiteUrls>();
        builder.AddRateLimits();
    }
}
