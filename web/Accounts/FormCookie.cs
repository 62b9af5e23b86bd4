using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;
using Pinacle.Web.Site;

namespace Pinacle.Web.Accounts;

/// <summary>The cookie that forms are checked against: for the main site's host only. On HTTPS its name keeps the pages of pods, which are siblings in the same domain, from setting one in its place (RFC 6265bis §4.1.3.2).</summary>
internal sealed class FormCookie(IOptions<SiteOptions> site) : IConfigureOptions<AntiforgeryOptions>
{
    public void Configure(AntiforgeryOptions options)
    {
        var https = site.Value.Url.StartsWith("https:", StringComparison.Ordinal);
        options.Cookie.Name = https ? "__Host-pinacle-form" : "pinacle-form";
        options.Cookie.Path = "/";
        options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }
}
