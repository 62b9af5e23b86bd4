using System.Net;
using System.Net.Sockets;
using System.Text;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>What no decent client sends, byte by byte.</summary>
public sealed class RawRequestTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    private const string Host = "open-raw-alice.pinacle.localhost:8080";

    [Fact]
    public async Task A_request_as_it_should_be_is_answered()
    {
        Assert.StartsWith("HTTP/1.1 200", await Send($"GET /headers HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await Send($"GET /headers HTTP/1.1\r\nHost: OPEN-Raw-ALICE.Pinacle.LocalHost:8080\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await Send($"GET http://{Host}/headers HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open-raw-alice.pinacle.localhost.", 404)]
    [InlineData("a.open-raw-alice.pinacle.localhost", 404)]
    [InlineData("open-raw-alice-.pinacle.localhost", 404)]
    [InlineData("open--raw-alice.pinacle.localhost", 404)]
    [InlineData("xn--open-raw-alice.pinacle.localhost", 404)]
    [InlineData("open-räw-alice.pinacle.localhost", 400)]
    [InlineData("open-raw-aliceaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.pinacle.localhost", 404)]
    [InlineData("open-raw-alice.pinacle.localhost:http", 400)]
    [InlineData("open-raw-alice.pinacle.localhost@evil.example", 400)]
    [InlineData("open-raw-alice.pinacle.localhost/evil", 400)]
    [InlineData("open-raw-alice.pinacle.localhost.evil.example", 404)]
    [InlineData("open-raw-alicepinacle.localhost", 404)]
    [InlineData("open-raw-bob.pinacle.localhost", 401)]
    [InlineData("05173-raw-alice.pinacle.localhost", 404)]
    [InlineData("65536-raw-alice.pinacle.localhost", 404)]
    [InlineData("0-raw-alice.pinacle.localhost", 404)]
    [InlineData("", 404)]
    public async Task A_host_that_is_no_service_is_refused(string host, int status)
    {
        stand.App.Reset();
        var answer = await Send($"GET /headers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Empty(stand.App.Seen);
    }

    [Theory]
    [InlineData("GET /headers HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /headers HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /headers HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET http://evil.example/headers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET http://pinacle.localhost:8080/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("POST /upload HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\nab\n0\n\n", 400)]
    [InlineData("POST /upload HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2;\nab\r\n0\r\n\r\n", 400)]
    [InlineData("POST /upload HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n-2\r\nab\r\n0\r\n\r\n", 400)]
    [InlineData("POST /upload HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, identity\r\nConnection: close\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("POST /upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc", 400)]
    [InlineData("GET /headers HTTP/1.1\r\nHost : {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /headers HTTP/1.1\r\nHost: {host}\r\nX: a\0b\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /head ers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 405)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", 400)]
    public async Task A_request_that_two_readers_would_read_apart_is_refused(string request, int status)
    {
        stand.App.Reset();
        var answer = await Send(request.Replace("{host}", Host, StringComparison.Ordinal));
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Empty(stand.App.Seen);
    }

    [Fact]
    public async Task A_length_beside_chunks_does_not_reach_the_app()
    {
        var answer = await Send($"POST /upload HTTP/1.1\r\nHost: {Host}\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("1\r\n2\r\n0\r\n\r\n", Body(answer));
    }

    [Fact]
    public async Task A_length_with_a_sign_reaches_the_app_as_digits()
    {
        stand.App.Reset();
        await Send($"POST /headers HTTP/1.1\r\nHost: {Host}\r\nContent-Length: +2\r\nConnection: close\r\n\r\nab");
        Assert.Equal("2", stand.App.Seen["Content-Length"]);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        stand.App.Reset();
        var one = await Send($"GET /headers HTTP/1.1\r\nHost: {Host}\r\nX-Long: {new string('a', 70_000)}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431", one, StringComparison.Ordinal);
        var many = await Send($"GET /headers HTTP/1.1\r\nHost: {Host}\r\n{string.Concat(Enumerable.Range(0, 200).Select(number => $"X-{number}: a\r\n"))}Connection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431", many, StringComparison.Ordinal);
        Assert.Empty(stand.App.Seen);
    }

    [Theory]
    [InlineData("SPDY/3.1", 400)]
    [InlineData("pinacle-tunnel", 400)]
    [InlineData("TLS/1.0", 400)]
    [InlineData("websocket, pinacle-terminal", 400)]
    [InlineData("h2c", 200)]
    public async Task A_connection_becomes_a_websocket_and_nothing_else(string upgrade, int status)
    {
        var answer = await Send($"GET /headers HTTP/1.1\r\nHost: {Host}\r\nConnection: Upgrade, close\r\nUpgrade: {upgrade}\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        if (status == 200)
            Assert.DoesNotContain("Upgrade", stand.App.Seen.Keys);
    }

    [Fact]
    public async Task What_a_connection_names_is_for_that_connection_only()
    {
        stand.App.Reset();
        await Send($"GET /headers HTTP/1.1\r\nHost: {Host}\r\nX-Mine: secret\r\nX-Kept: kept\r\nConnection: x-mine, te\r\nKeep-Alive: 5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n\r\nGET /target/x HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n");
        Assert.Equal("kept", stand.App.Seen["X-Kept"]);
        Assert.DoesNotContain("X-Mine", stand.App.Seen.Keys);
        Assert.DoesNotContain("Keep-Alive", stand.App.Seen.Keys);
        Assert.DoesNotContain("Proxy-Connection", stand.App.Seen.Keys);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Cookie")]
    [InlineData("Content-Length")]
    public async Task Nobody_takes_from_a_request_what_it_is_known_by(string name)
    {
        stand.App.Reset();
        var answer = await Send($"POST /headers HTTP/1.1\r\nHost: {Host}\r\nCookie: a=1\r\nContent-Length: 2\r\nConnection: {name}\r\n\r\nabGET /target/x HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.True(stand.App.Seen.ContainsKey(name));
    }

    [Fact]
    public async Task A_port_that_is_not_ours_is_not_told_to_the_app()
    {
        stand.App.Reset();
        await Send("GET /headers HTTP/1.1\r\nHost: open-raw-alice.pinacle.localhost:666\r\nConnection: close\r\n\r\n");
        Assert.Equal(Host, stand.App.Seen["X-Forwarded-Host"]);
    }

    [Fact]
    public async Task Trailers_of_a_request_are_no_headers()
    {
        stand.App.Reset();
        var answer = await Send($"POST /headers HTTP/1.1\r\nHost: {Host}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Pinacle-User\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\nX-Pinacle-User: root\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Pinacle-User", stand.App.Seen.Keys);
    }

    [Fact]
    public async Task Head_has_the_length_and_no_body()
    {
        var answer = await Send($"HEAD /bytes?count=1234 HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 1234", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Body(answer));
    }

    [Fact]
    public async Task A_range_comes_as_it_was_asked_for()
    {
        var answer = await Send($"GET /range HTTP/1.1\r\nHost: {Host}\r\nRange: bytes=2-4\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 206", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Range: bytes 2-4/10", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("234", Body(answer));
    }

    [Fact]
    public async Task Trailers_of_an_answer_leave_its_body_whole_and_set_no_cookie_of_ours()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var pod = await stand.Pod("alice", "trailing");
        stand.Podd.Ports[(pod.Id.ToString(), 5173)] = ((IPEndPoint)listener.LocalEndpoint).Port;
        var app = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync();
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Set-Cookie\r\n\r\n5\r\nwhole\r\n0\r\nSet-Cookie: pinacle-pod=forged\r\nX-Sum: 1\r\n\r\n"u8.ToArray());
        });
        var answer = await Send("GET / HTTP/1.1\r\nHost: open-trailing-alice.pinacle.localhost:8080\r\nConnection: close\r\n\r\n");
        await app;
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("whole", Body(answer), StringComparison.Ordinal);
        Assert.DoesNotContain("pinacle-pod", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guests_own_port_is_nobodys_service()
    {
        await stand.PodOnce("alice", "raw");
        using var program = await stand.Browser();
        using var answer = await program.Get(GatewayStand.Url($"{GuestProtocol.Port}-raw-alice"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var other = await program.Get(GatewayStand.Url($"{GuestProtocol.Port + 1}-raw-alice"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")));
        Assert.Equal(HttpStatusCode.BadGateway, other.StatusCode);
    }

    private static string Body(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    private async Task<string> Send(string request)
    {
        await stand.PodOnce("alice", "raw");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, stand.Web.Web.ClientOptions.BaseAddress.Port);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), late.Token);
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, late.Token);
        }
        catch (IOException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset } && answer.Length > 0)
        {
            // It answered and hung up with bytes unread.
            return Encoding.UTF8.GetString(answer.ToArray());
        }
        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
