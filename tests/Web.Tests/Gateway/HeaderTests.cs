using System.Net;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class HeaderTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example", "open-headers-alice.pinacle.localhost:8080")]
    [InlineData("X_Forwarded_Host", "evil.example", null)]
    [InlineData("X-Forwarded-Proto", "gopher", "http")]
    [InlineData("X-Forwarded-For", "6.6.6.6", "127.0.0.1")]
    [InlineData("X-Forwarded-Prefix", "/evil", null)]
    [InlineData("Forwarded", "host=evil.example", null)]
    [InlineData("X-Real-IP", "6.6.6.6", null)]
    [InlineData("X-Pinacle-User", "root", null)]
    [InlineData("X_Pinacle_User", "root", null)]
    [InlineData("x-pinacle_token", "forged", null)]
    [InlineData("Authorization", "Basic YXBwOnNlY3JldA==", "Basic YXBwOnNlY3JldA==")]
    [InlineData("X-Of-The-App", "kept", "kept")]
    [InlineData("Origin", "http://open-headers-alice.pinacle.localhost:8080", "http://localhost:5173")]
    [InlineData("Origin", "http://open-headers-alice.pinacle.localhost", "http://open-headers-alice.pinacle.localhost")]
    [InlineData("Origin", "http://evil.example", "http://evil.example")]
    [InlineData("Origin", "null", "null")]
    [InlineData("Referer", "http://open-headers-alice.pinacle.localhost:8080/a?b", "http://localhost:5173/a?b")]
    [InlineData("Referer", "http://evil.example/a", "http://evil.example/a")]
    [InlineData("Cookie", "a=1; pinacle-pod=x; b=\"2=3\"; pinacle-nonce=y; pinacle=z; __Host-pinacle=w", "a=1; b=\"2=3\"")]
    [InlineData("Cookie", "pinacle-pod=x", null)]
    public async Task The_app_sees_of_a_header_what_it_should(string name, string sent, string? seen)
    {
        await Pod();
        stand.App.Reset();
        using var browser = await stand.Browser();
        using var answer = await browser.Get(GatewayStand.Url("open-headers-alice", "/headers"), (name, sent));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(seen, stand.App.Seen.GetValueOrDefault(name));
        Assert.Equal("localhost:5173", stand.App.Seen["Host"]);
        Assert.DoesNotContain("evil", stand.App.Seen["X-Forwarded-Host"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_wants_its_public_host_sees_it()
    {
        await Pod();
        using var browser = await stand.Browser("alice");
        using var entry = await browser.Go(GatewayStand.Url("named-headers-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, entry.StatusCode);
        Assert.Equal("named-headers-alice.pinacle.localhost:8080", stand.App.Seen["Host"]);
    }

    [Fact]
    public async Task A_private_service_is_told_who_asks_and_sees_neither_cookie_nor_token_of_ours()
    {
        await Pod();
        using var browser = await stand.Browser("alice");
        browser.Cookies.Add(new Uri(GatewayStand.Url("web-headers-alice")), new Cookie("own", "1"));
        using var page = await browser.Go(GatewayStand.Url("web-headers-alice", "/headers"));
        Assert.Equal("alice", stand.App.Seen["X-Pinacle-User"]);
        Assert.Equal("own=1", stand.App.Seen["Cookie"]);
        using var program = await stand.Browser();
        using var answer = await program.Get(GatewayStand.Url("web-headers-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("Pinacle-Authorization", stand.App.Seen.Keys);
        Assert.Equal("alice", stand.App.Seen["X-Pinacle-User"]);
    }

    [Theory]
    [InlineData("Location", "http://localhost:5173/next?x#y", "http://open-headers-alice.pinacle.localhost:8080/next?x#y")]
    [InlineData("Location", "https://localhost:5173?a", "http://open-headers-alice.pinacle.localhost:8080/?a")]
    [InlineData("Location", "http://127.0.0.1:5173/next", "http://open-headers-alice.pinacle.localhost:8080/next")]
    [InlineData("Location", "//localhost:5173/next", "http://open-headers-alice.pinacle.localhost:8080/next")]
    [InlineData("Location", "/next", "/next")]
    [InlineData("Location", "http://localhost:51730/next", "http://localhost:51730/next")]
    [InlineData("Location", "https://example.org/", "https://example.org/")]
    [InlineData("Access-Control-Allow-Origin", "http://localhost:5173", "http://open-headers-alice.pinacle.localhost:8080")]
    [InlineData("Access-Control-Allow-Origin", "*", "*")]
    [InlineData("Set-Cookie", "a=1; Path=/; HttpOnly", "a=1; Path=/; HttpOnly")]
    [InlineData("Set-Cookie", "a=1; Domain=localhost; Path=/", "a=1; Path=/")]
    [InlineData("Set-Cookie", "a=1; path=/; domain = .pinacle.localhost", "a=1; path=/")]
    [InlineData("Set-Cookie", "pinacle-pod=forged; Path=/", null)]
    [InlineData("Set-Cookie", " pinacle-nonce =forged", null)]
    [InlineData("Set-Cookie", "__Host-pinacle-pod=forged; Path=/; Secure", null)]
    [InlineData("Set-Cookie", "pinacle=forged; Domain=pinacle.localhost", null)]
    [InlineData("Set-Cookie", "=pinacle-pod=forged", null)]
    public async Task The_browser_sees_of_an_answer_what_it_should(string name, string sent, string? seen)
    {
        await Pod();
        stand.App.Reset();
        stand.App.Answer[name] = [sent];
        using var browser = await stand.Browser();
        using var answer = await browser.Get(GatewayStand.Url("open-headers-alice", "/answer"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(seen, answer.Headers.TryGetValues(name, out var values) ? string.Join('|', values) : null);
    }

    private Task Pod() => stand.PodOnce("alice", "headers");
}
