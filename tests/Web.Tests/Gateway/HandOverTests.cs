using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Pods;
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
        Assert.StartsWith(GatewayStand.Site + "/hand-over?", way[1], StringComparison.Ordinal);
        Assert.StartsWith(GatewayStand.Url("web-happy-alice", "/.pinacle/callback?code="), way[2], StringComparison.Ordinal);
        Assert.Equal(way[0], way[^1]);
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
        var way = new List<string>();
        using var begin = await browser.Navigate(GatewayStand.Url(label));
        var handOver = QueryHelpers.ParseQuery(begin.Headers.Location!.Query);
        using var given = await browser.Navigate($"{GatewayStand.Site}/hand-over?label={label}&nonce={handOver["nonce"]}&return={Uri.EscapeDataString(evil)}");
        using var page = await browser.Go(given.Headers.Location!.ToString(), way);
        Assert.All(way, url => Assert.DoesNotContain("evil.example", new Uri(url).Host, StringComparison.Ordinal));
        Assert.Equal(GatewayStand.Url(label), way[^1]);
    }

    [Fact]
    public async Task Who_opens_one_service_is_let_in_to_the_pods_other_private_ones_on_the_way()
    {
        await stand.Pod("alice", "many");
        using var browser = await stand.Browser("alice");
        var way = new List<string>();
        using var page = await browser.Go(GatewayStand.Url("web-many-alice", "/target"), way);
        Assert.Equal(7, way.Count);
        using var sibling = await browser.Get(GatewayStand.Url("named-many-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, sibling.StatusCode);
        Assert.Empty(browser.Cookies.GetCookies(new Uri(GatewayStand.Url("open-many-alice")))); // everybody is let in there
        using var again = await browser.Get(GatewayStand.Url("8000-many-alice", "/headers"));
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task A_pod_of_many_services_lets_in_to_all_of_them_with_fewer_redirects_than_a_browser_follows()
    {
        string[] more = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        var pod = await stand.Pod("alice", "crowd");
        await using (var db = stand.Web.Open())
        {
            db.Services.AddRange(more.Select(name => new Service { PodId = pod.Id, Name = name, Port = 5173 }));
            await db.SaveChangesAsync();
        }
        using var browser = await stand.Browser("alice");
        var (rests, url) = (0, GatewayStand.Url("web-crowd-alice", "/target"));
        while (true)
        {
            var way = new List<string>();
            using var page = await browser.Go(url, way, most: 20);
            if (!page.Headers.TryGetValues("Refresh", out var refresh))
                break;
            (rests, url) = (rests + 1, refresh.Single()["0;url=".Length..]);
        }
        Assert.Equal(2, rests);
        foreach (var name in more)
        {
            using var answer = await browser.Get(GatewayStand.Url($"{name}-crowd-alice", "/headers"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_service_that_goes_or_a_code_that_is_used_on_the_way_leads_home_and_lets_nobody_in()
    {
        await stand.Pod("alice", "passing");
        using var browser = await stand.Browser("alice");
        using var page = await browser.Go(GatewayStand.Url("web-passing-alice"));
        var way = new List<string>();
        using var gone = await browser.Go(GatewayStand.Url("gone-passing-alice", "/.pinacle/enter?home=web&return=%2Ftarget"), way);
        Assert.Equal(GatewayStand.Url("web-passing-alice", "/target"), way[^1]);
        using var used = await browser.Navigate(GatewayStand.Url("named-passing-alice", "/.pinacle/callback?code=used&home=web&return=%2F%2Fevil.example"));
        Assert.Equal(GatewayStand.Url("web-passing-alice"), used.Headers.Location!.ToString());
        Assert.False(used.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("evil.example/")]
    [InlineData("web-other-alice")]
    [InlineData("web-x")]
    public async Task A_way_home_leads_to_the_same_pod_only(string home)
    {
        await stand.PodOnce("alice", "homely");
        using var browser = await stand.Browser("alice");
        var way = new List<string>();
        using var page = await browser.Go(GatewayStand.Url("web-homely-alice", $"/.pinacle/enter?home={Uri.EscapeDataString(home)}&return=%2Ftarget"), way);
        Assert.All(way, url => Assert.True(new Uri(url).Host is "pinacle.localhost" || new Uri(url).Host.EndsWith("-homely-alice.pinacle.localhost", StringComparison.Ordinal), url));
        Assert.Equal(GatewayStand.Url("web-homely-alice", "/target"), way[^1]);
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
