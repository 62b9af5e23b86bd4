using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pinacle.Web.Site;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>Behind a proxy that ends TLS, on a domain of its own.</summary>
public sealed class HttpsTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    private const string Token = "0123456789abcdefABCDEF";

    [Fact]
    public async Task Cookies_are_bound_to_the_host_and_to_https_and_browsers_are_told_to_stay()
    {
        await stand.PodWithLink("alice", "secure", Token);
        using var browser = Copy();
        using var entry = await browser.Get("http://web-secure-alice.pods.test/.pinacle/share/" + Token, ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "9.9.9.9"));
        Assert.Equal(HttpStatusCode.SeeOther, entry.StatusCode);
        Assert.Equal("max-age=31536000", entry.Headers.GetValues("Strict-Transport-Security").Single());
        var cookie = entry.Headers.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-pinacle-link=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        stand.App.Reset();
        using var page = await browser.Get("http://web-secure-alice.pods.test/headers", ("Cookie", cookie.Split(';')[0]), ("X-Forwarded-For", "6.6.6.6, 9.9.9.9"), ("X-Original-For", "6.6.6.6"), ("X-Forwarded-Host", "evil.example"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("9.9.9.9", stand.App.Seen["X-Forwarded-For"]);
        Assert.Equal("https", stand.App.Seen["X-Forwarded-Proto"]);
        Assert.Equal("web-secure-alice.pods.test", stand.App.Seen["X-Forwarded-Host"]);
        Assert.DoesNotContain(stand.App.Seen.Keys, name => name is "X-Original-For" or "X-Original-Proto" or "Cookie");
    }

    [Fact]
    public async Task Plain_http_promises_nothing()
    {
        await stand.PodOnce("alice", "plain");
        using var browser = await stand.Browser();
        using var page = await browser.Get(GatewayStand.Url("open-plain-alice", "/headers"));
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    // By the composition alone: of a web that fails at its start the test host keeps now its error, now that of its own tidying up.
    [Fact]
    public void A_proxy_that_is_no_network_is_said_at_the_start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Gateway:TrustedProxies:0", "10.0.0.0/99")]);
        builder.AddSite();
        using var services = builder.Services.BuildServiceProvider();
        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<SiteOptions>>().Value);
        Assert.Contains("Gateway:TrustedProxies", refused.Message, StringComparison.Ordinal);
    }

    private Browser Copy() => new(stand.Web.StartCopy(("Site:Url", "https://pods.test"), ("Gateway:Domain", "pods.test"), ("Gateway:TrustedProxies:0", "127.0.0.0/8")).ClientOptions.BaseAddress.Port);
}
