using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Pods;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class WebSocketTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_said_comes_back_and_the_app_believes_in_localhost()
    {
        await stand.Pod("alice", "echo");
        using var browser = await stand.Browser("alice");
        using var socket = await Connect(browser, "web-echo-alice");
        Assert.Equal("hello", await Echo(socket, "hello"));
        Assert.Equal("localhost:5173", stand.App.Seen["Host"]);
        Assert.Equal("http://localhost:5173", stand.App.Seen["Origin"]);
        Assert.Contains(stand.Podd.Opened, tunnel => tunnel is { Use: "websocket", Wake: "no" });
    }

    [Fact]
    public async Task Ten_thousand_messages_come_back_in_order()
    {
        await stand.Pod("alice", "many");
        using var browser = await stand.Browser();
        using var socket = await browser.Connect(GatewayStand.Url("open-many-alice", "/socket"));
        var sending = Task.Run(async () =>
        {
            for (var number = 0; number < 10_000; number++)
                await socket.SendAsync(BitConverter.GetBytes(number), WebSocketMessageType.Binary, true, CancellationToken.None);
        });
        var buffer = new byte[16];
        for (var number = 0; number < 10_000; number++)
        {
            var got = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Soon);
            Assert.Equal((4, number), (got.Count, BitConverter.ToInt32(buffer)));
        }
        await sending;
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://named-origin-alice.pinacle.localhost:8080")]
    [InlineData("http://pinacle.localhost:8080")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task A_page_of_another_origin_gets_no_socket(string? origin)
    {
        await stand.PodOnce("alice", "origin");
        using var browser = await stand.Browser("alice");
        using var entry = await browser.Go(GatewayStand.Url("web-origin-alice", "/headers"));
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => browser.Connect(GatewayStand.Url("web-origin-alice", "/socket"), origin is null ? [] : [("Origin", origin)]));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_service_takes_sockets_from_anywhere()
    {
        await stand.Pod("alice", "anywhere");
        using var stranger = await stand.Browser();
        using var socket = await stranger.Connect(GatewayStand.Url("open-anywhere-alice", "/socket"), ("Origin", "http://evil.example"));
        Assert.Equal("hello", await Echo(socket, "hello"));
    }

    [Fact]
    public async Task A_program_with_a_token_needs_no_origin()
    {
        await stand.Pod("alice", "program");
        using var program = await stand.Browser();
        using var socket = await program.Connect(GatewayStand.Url("web-program-alice", "/socket"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")));
        Assert.Equal("hello", await Echo(socket, "hello"));
    }

    [Fact]
    public async Task A_stranger_gets_no_socket()
    {
        await stand.Pod("alice", "stranger");
        using var stranger = await stand.Browser();
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => stranger.Connect(GatewayStand.Url("web-stranger-alice", "/socket"), ("Origin", Origin("web-stranger-alice"))));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_open_sockets_within_a_second()
    {
        await stand.Pod("alice", "signout");
        using var browser = await stand.Browser("alice");
        using var other = await stand.Browser("alice");
        using var socket = await Connect(browser, "web-signout-alice");
        using var stays = await Connect(other, "web-signout-alice");
        await stand.SignOut(browser);
        await Ended(socket).WaitAsync(Second);
        Assert.Equal("still here", await Echo(stays, "still here"));
    }

    [Fact]
    public async Task Signing_out_ends_event_streams_too()
    {
        await stand.Pod("alice", "stream");
        using var browser = await stand.Browser("alice");
        using var entry = await browser.Go(GatewayStand.Url("web-stream-alice", "/headers"));
        using var answer = await browser.Send(new HttpRequestMessage(HttpMethod.Get, GatewayStand.Url("web-stream-alice", "/events")), CancellationToken.None);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("data: first", await reader.ReadLineAsync().WaitAsync(Soon));
        await stand.SignOut(browser);
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.Fail(await reader.ReadToEndAsync().WaitAsync(Second) + " ended in order"));
    }

    [Fact]
    public async Task Deleting_the_pod_ends_open_sockets_within_a_second()
    {
        var pod = await stand.Pod("alice", "gone");
        using var stranger = await stand.Browser();
        using var socket = await stranger.Connect(GatewayStand.Url("open-gone-alice", "/socket"));
        Assert.Equal("hello", await Echo(socket, "hello"));
        await using var db = stand.Web.Open();
        (await db.Pods.FindAsync(pod.Id))!.Delete(TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync();
        await Ended(socket).WaitAsync(Second);
    }

    [Fact]
    public async Task A_service_that_becomes_private_ends_strangers_sockets()
    {
        var pod = await stand.Pod("alice", "closes");
        using var stranger = await stand.Browser();
        using var socket = await stranger.Connect(GatewayStand.Url("open-closes-alice", "/socket"));
        Assert.Equal("hello", await Echo(socket, "hello"));
        await using var db = stand.Web.Open();
        (await db.Set<Service>().SingleAsync(service => service.PodId == pod.Id && service.Name == "open")).Access = ServiceAccess.Private;
        await db.SaveChangesAsync();
        await Ended(socket).WaitAsync(Second);
    }

    private static string Origin(string label) => GatewayStand.Url(label).TrimEnd('/');

    private static async Task<ClientWebSocket> Connect(Browser browser, string label)
    {
        using var entry = await browser.Go(GatewayStand.Url(label, "/headers"));
        Assert.Equal(HttpStatusCode.OK, entry.StatusCode);
        var socket = await browser.Connect(GatewayStand.Url(label, "/socket"), ("Origin", Origin(label)));
        Assert.Equal("hello", await Echo(socket, "hello"));
        return socket;
    }

    private static async Task<string> Echo(ClientWebSocket socket, string text)
    {
        using var late = new CancellationTokenSource(Soon);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, late.Token);
        var buffer = new byte[256];
        var got = await socket.ReceiveAsync(buffer, late.Token);
        return Encoding.UTF8.GetString(buffer, 0, got.Count);
    }

    private static async Task Ended(ClientWebSocket socket)
    {
        try
        {
            var got = await socket.ReceiveAsync(new byte[256], CancellationToken.None);
            Assert.Equal(WebSocketMessageType.Close, got.MessageType);
        }
        catch (WebSocketException)
        {
            // Cut without a farewell: that is an end too.
            Assert.NotEqual(WebSocketState.Open, socket.State);
        }
    }
}
