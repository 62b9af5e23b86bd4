using System.Net;
using System.Net.WebSockets;
using System.Text;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>A browser speaks HTTP/2 with web: many requests on one connection. The app's connections are its own, of HTTP/1.1. (Without TLS here, which only chooses the version.)</summary>
public sealed class Http2Tests(GatewayStand stand) : IClassFixture<GatewayStand>, IAsyncLifetime
{
    private readonly Browser browser = new(stand.Web.StartCopy(("Kestrel:EndpointDefaults:Protocols", "Http2")).ClientOptions.BaseAddress.Port);

    public Task InitializeAsync() => stand.PodOnce("alice", "two");

    public Task DisposeAsync()
    {
        browser.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_request_reaches_the_app_by_the_name_that_it_was_made_for()
    {
        stand.App.Reset();
        using var answer = await Send(HttpMethod.Get, "/headers");
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        Assert.Equal("localhost:5173", stand.App.Seen["Host"]);
        Assert.Equal("open-two-alice.pinacle.localhost:8080", stand.App.Seen["X-Forwarded-Host"]);
        Assert.DoesNotContain(stand.App.Seen.Keys, name => name.StartsWith(':'));
    }

    [Fact]
    public async Task A_body_without_a_length_reaches_the_app_whole()
    {
        using var answer = await Send(HttpMethod.Post, "/upload", new StreamContent(new Unmeasured(3_000_000)));
        Assert.Equal("3000000", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_that_is_given_up_ends_at_the_app_and_leaves_the_others_of_its_connection_alone()
    {
        stand.App.Reset();
        using var events = await Send(HttpMethod.Get, "/events");
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        Assert.Equal("data: first", await reader.ReadLineAsync());
        Assert.Equal("", await reader.ReadLineAsync());
        var next = reader.ReadLineAsync();

        using (var hanging = await Send(HttpMethod.Get, "/hang"))
        {
            // Disposed with its answer unread: the client resets the stream.
        }
        await stand.App.ClientLeft.Task.WaitAsync(Stand.Eventually.Deadline);
        using var another = await Send(HttpMethod.Get, "/name");
        Assert.Equal("app", await another.Content.ReadAsStringAsync());
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task A_websocket_of_a_stream_becomes_one_of_a_connection_at_the_app()
    {
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await browser.Connect(socket, GatewayStand.Url("open-two-alice", "/socket"));
        var buffer = new byte[100];
        foreach (var word in (string[])["one", "two", "three"])
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
            Assert.Equal(word, Encoding.UTF8.GetString(buffer, 0, got.Count));
        }
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? body = null) =>
        browser.Send(new HttpRequestMessage(method, GatewayStand.Url("open-two-alice", path)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body });

    // So many bytes, of which nobody knows before how many they are.
    private sealed class Unmeasured(int count) : MemoryStream(new byte[count])
    {
        public override bool CanSeek => false;
    }
}
