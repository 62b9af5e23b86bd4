using System.Net;
using System.Net.WebSockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class ShareLinkTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_link_lets_a_stranger_in_leaves_the_address_and_is_not_seen_by_the_app()
    {
        var pod = await stand.Pod("alice", "shared");
        var (_, url) = await Link(pod, "web");
        using var stranger = await stand.Browser();
        using var exchange = await stranger.Navigate(url);
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (exchange.StatusCode, exchange.Headers.Location?.ToString()));
        Assert.Equal("no-store", exchange.Headers.CacheControl?.ToString());
        Assert.DoesNotContain("domain", exchange.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        stranger.Cookies.Add(new Uri(GatewayStand.Url("web-shared-alice")), new Cookie("own", "1"));
        stand.App.Reset();
        using var page = await stranger.Get(GatewayStand.Url("web-shared-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("own=1", stand.App.Seen["Cookie"]);
        Assert.DoesNotContain("X-Pinacle-User", stand.App.Seen.Keys);
        Assert.Contains(stand.Podd.Opened, tunnel => tunnel.Pod == pod.Id.ToString());
    }

    [Fact]
    public async Task A_link_opens_its_own_service_and_no_other()
    {
        var pod = await stand.Pod("alice", "onlyone");
        await stand.Pod("alice", "another");
        var (_, url) = await Link(pod, "web");
        using var stranger = await stand.Browser();
        foreach (var label in (string[])["named-onlyone-alice", "5173-onlyone-alice", "web-another-alice"])
        {
            using var foreign = await stranger.Navigate(url.Replace("web-onlyone-alice", label, StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
            Assert.Contains("opens nothing", await foreign.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using var entry = await stranger.Navigate(url);
        var cookie = stranger.Cookies.GetCookies(new Uri(GatewayStand.Url("web-onlyone-alice"))).Single();
        foreach (var label in (string[])["named-onlyone-alice", "web-another-alice"])
        {
            using var carried = await stranger.Get(GatewayStand.Url(label, "/headers"), ("Cookie", $"{cookie.Name}={cookie.Value}; pinacle-pod={cookie.Value}"));
            Assert.Equal(HttpStatusCode.Unauthorized, carried.StatusCode);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("../callback")]
    [InlineData("a/b")]
    public async Task What_is_no_link_opens_nothing_and_never_reaches_the_app(string token)
    {
        await stand.PodOnce("alice", "nolink");
        foreach (var label in (string[])["web-nolink-alice", "open-nolink-alice", "web-notthere-alice"])
        {
            using var stranger = await stand.Browser();
            var url = new Uri(GatewayStand.Url(label, SharedAccess + token), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var answer = await stranger.Send(new HttpRequestMessage(HttpMethod.Get, url));
            Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.BadRequest]);
        }
    }

    [Fact]
    public async Task A_link_that_is_posted_to_opens_nothing()
    {
        var (_, url) = await Link(await stand.Pod("alice", "posted"), "web");
        using var stranger = await stand.Browser();
        using var answer = await stranger.Send(new HttpRequestMessage(HttpMethod.Post, url));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_revoked_link_lets_nobody_in_and_says_so_once()
    {
        var pod = await stand.Pod("alice", "revoked");
        var (id, url) = await Link(pod, "web");
        using var stranger = await stand.Browser();
        using var entry = await stranger.Go(url);
        await Revoke(id);
        await Eventually.True(async () =>
        {
            using var answer = await stranger.Get(GatewayStand.Url("web-revoked-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
        using var told = await stranger.Navigate(GatewayStand.Url("web-revoked-alice"));
        Assert.Equal(HttpStatusCode.Gone, told.StatusCode);
        using var then = await stranger.Navigate(GatewayStand.Url("web-revoked-alice"));
        Assert.Equal(HttpStatusCode.Redirect, then.StatusCode);
        using var again = await stranger.Navigate(url);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Revoking_a_link_ends_the_sockets_it_opened_within_a_second_and_no_others()
    {
        var pod = await stand.Pod("alice", "sockets");
        var (id, url) = await Link(pod, "web");
        var (_, kept) = await Link(pod, "web");
        using var stranger = await stand.Browser();
        using var other = await stand.Browser();
        using var socket = await Socket(stranger, url);
        using var stays = await Socket(other, kept);
        await Revoke(id);
        await Ended(socket).WaitAsync(Second);
        await stays.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(1, (await stays.ReceiveAsync(new byte[16], CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_link_ends_by_itself_with_what_is_open_through_it()
    {
        var pod = await stand.Pod("alice", "expiring");
        var (_, url) = await Link(pod, "web", seconds: 2);
        using var stranger = await stand.Browser();
        using var socket = await Socket(stranger, url);
        await Ended(socket).WaitAsync(TimeSpan.FromSeconds(4));
        using var answer = await stranger.Get(GatewayStand.Url("web-expiring-alice", "/headers"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var again = await stranger.Navigate(url);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_link_to_a_pod_that_was_deleted_does_not_open_its_namesake()
    {
        var pod = await stand.Pod("alice", "reborn");
        var (_, url) = await Link(pod, "web");
        using var stranger = await stand.Browser();
        using var entry = await stranger.Navigate(url);
        await using var db = stand.Web.Open();
        await db.Pods.Where(one => one.Id == pod.Id).ExecuteDeleteAsync();
        await stand.Pod("alice", "reborn");
        await Eventually.True(async () =>
        {
            using var answer = await stranger.Get(GatewayStand.Url("open-reborn-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.OK;
        });
        using var page = await stranger.Get(GatewayStand.Url("web-reborn-alice", "/headers"));
        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
    }

    private const string SharedAccess = Web.Gateway.SharedAccess.Path;

    private async Task<(Guid Id, string Url)> Link(Pod pod, string service, int? seconds = null)
    {
        await using var scope = stand.Web.Web.Services.CreateAsyncScope();
        var found = (await scope.ServiceProvider.GetRequiredService<PodAccess>().Manageable(await Alice(), pod.Id.ToString(), CancellationToken.None))!;
        var (link, url) = await scope.ServiceProvider.GetRequiredService<ShareLinks>().Make(await Alice(), found, ServiceActs.Find(found, service), seconds, CancellationToken.None);
        return (link.Id, url);
    }

    private async Task Revoke(Guid id)
    {
        await using var db = stand.Web.Open();
        await db.ShareLinks.Where(link => link.Id == id).ExecuteUpdateAsync(set => set.SetProperty(link => link.RevokedAt, TimeProvider.System.GetUtcNow()));
    }

    private async Task<CurrentUser> Alice() => new((await stand.User("alice")).Id, "alice", IsOperator: false, SessionId: null);

    private static async Task<ClientWebSocket> Socket(Browser browser, string url)
    {
        using var entry = await browser.Navigate(url);
        Assert.Equal(HttpStatusCode.SeeOther, entry.StatusCode);
        var origin = new Uri(url).GetLeftPart(UriPartial.Authority);
        return await browser.Connect(origin + "/socket", ("Origin", origin));
    }

    private static async Task Ended(ClientWebSocket socket)
    {
        try
        {
            Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16], CancellationToken.None)).MessageType);
        }
        catch (WebSocketException)
        {
            Assert.NotEqual(WebSocketState.Open, socket.State);
        }
    }
}
