using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class HandOverTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    [Fact]
    public async Task A_person_who_is_signed_in_gets_to_their_service_by_itself()
    {
        await stand.Pod("alice", "happy");
        using var browser = await stand.Browser("alice");
        var way = new List<string>();
        using var page = await browser.Go(GatewayStand.Url("web-happy-alice", "/target/x?y=%2F"), way);
        Assert.Equal("/target/x?y=%2F", await page.Content.ReadAsStringAsync());
        Assert.Equal(4, way.Count);
        Assert.StartsWith(GatewayStand.Site + "/hand-over?", way[1], StringComparison.Ordinal);
        Assert.StartsWith(GatewayStand.Url("web-happy-alice", "/.pinacle/callback?code="), way[2], StringComparison.Ordinal);
        Assert.Equal(way[0], way[3]);
        using var again = await browser.Get(GatewayStand.Url("web-happy-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task The_cookie_is_for_its_own_host_and_not_for_scripts()
    {
        await stand.Pod("alice", "cookie");
        using var browser = await stand.Browser("alice");
        var callback = await CallbackOf(browser, "web-cookie-alice");
        using var answer = await browser.Navigate(callback);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("pinacle-pod=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task A_cookie_of_one_service_opens_no_other()
    {
        await stand.Pod("alice", "one");
        using var browser = await stand.Browser("alice");
        using var page = await browser.Go(GatewayStand.Url("web-one-alice", "/headers"));
        var value = browser.Cookies.GetCookies(new Uri(GatewayStand.Url("web-one-alice")))["pinacle-pod"]!.Value;
        using var stranger = await stand.Browser();
        using var answer = await stranger.Get(GatewayStand.Url("named-one-alice", "/headers"), ("Cookie", $"pinacle-pod={value}"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        await stand.Pod("alice", "once");
        using var browser = await stand.Browser("alice");
        var callback = await CallbackOf(browser, "web-once-alice");
        var nonce = browser.Cookies.GetCookies(new Uri(callback))["pinacle-nonce"]!.Value;
        using var first = await browser.Navigate(callback);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        using var thief = await stand.Browser();
        using var second = await thief.Get(callback, ("Cookie", $"pinacle-nonce={nonce}"));
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.False(second.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_code_is_good_in_the_browser_that_asked_only()
    {
        await stand.Pod("alice", "nonce");
        using var browser = await stand.Browser("alice");
        var callback = await CallbackOf(browser, "web-nonce-alice");
        using var thief = await stand.Browser();
        using var own = await thief.Navigate(GatewayStand.Url("web-nonce-alice"));
        using var stolen = await thief.Navigate(callback);
        Assert.Equal(HttpStatusCode.BadRequest, stolen.StatusCode);
        using var late = await browser.Navigate(callback);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
    }

    [Fact]
    public async Task A_code_is_good_for_its_own_label_only()
    {
        await stand.Pod("alice", "label");
        using var browser = await stand.Browser("alice");
        var callback = await CallbackOf(browser, "web-label-alice");
        using var other = await browser.Navigate(GatewayStand.Url("named-label-alice"));
        using var answer = await browser.Navigate(callback.Replace("web-label", "named-label", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_code_is_too_old_after_thirty_seconds()
    {
        await stand.Pod("alice", "old");
        using var browser = await stand.Browser("alice");
        var callback = await CallbackOf(browser, "web-old-alice");
        await using (var db = stand.Web.Open())
        {
            var now = TimeProvider.System.GetUtcNow();
            Assert.All(await db.HandoverCodes.Where(code => code.Label == "web-old-alice").ToListAsync(), code => Assert.InRange(code.ExpiresAt, now, now.AddSeconds(30)));
            await db.HandoverCodes.Where(code => code.Label == "web-old-alice").ExecuteUpdateAsync(set => set.SetProperty(code => code.ExpiresAt, now.AddSeconds(-1)));
        }

        using var answer = await browser.Navigate(callback);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("https://evil.example/")]
    public async Task A_return_to_elsewhere_leads_to_the_front_page(string evil)
    {
        const string label = "web-evil-alice";
        await stand.PodOnce("alice", "evil");
        using var browser = await stand.Browser("alice");
        using var begin = await browser.Navigate(GatewayStand.Url(label));
        var handOver = QueryHelpers.ParseQuery(begin.Headers.Location!.Query);
        using var given = await browser.Navigate($"{GatewayStand.Site}/hand-over?label={label}&nonce={handOver["nonce"]}&return={Uri.EscapeDataString(evil)}");
        using var taken = await browser.Navigate(given.Headers.Location!.ToString());
        Assert.Equal("/", taken.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Two_tabs_at_once_both_get_in()
    {
        await stand.Pod("alice", "tabs");
        using var browser = await stand.Browser("alice");
        var first = await CallbackOf(browser, "web-tabs-alice");
        var second = await CallbackOf(browser, "web-tabs-alice");
        using var one = await browser.Navigate(second);
        using var page = await browser.Get(GatewayStand.Url("web-tabs-alice", "/headers"));
        Assert.Equal(HttpStatusCode.SeeOther, one.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.NotEqual(first, second);
    }

    /// <summary>The callback's URL, with a fresh code, that the browser would go to next.</summary>
    private static async Task<string> CallbackOf(Browser browser, string label)
    {
        using var begin = await browser.Navigate(GatewayStand.Url(label));
        using var given = await browser.Navigate(begin.Headers.Location!.ToString());
        return given.Headers.Location!.ToString();
    }
}
