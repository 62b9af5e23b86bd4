using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class ForwardingTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    public async Task A_request_reaches_the_app_whatever_its_method(string method)
    {
        await stand.PodOnce("alice", "methods");
        using var browser = await stand.Browser();
        using var answer = await browser.Send(new HttpRequestMessage(new HttpMethod(method), GatewayStand.Url("open-methods-alice", "/headers")));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"{method} seen", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/target/a%2Fb%5Bc%5D?x=%20&y=[z]")]
    [InlineData("/target//double/./%2e/~tilde")]
    [InlineData("/target/@id/__x00__plugin?v=1&t=a%2Bb")]
    public async Task The_path_reaches_the_app_byte_by_byte(string path)
    {
        await stand.PodOnce("alice", "paths");
        using var browser = await stand.Browser();
        var url = new Uri(GatewayStand.Url("open-paths-alice", path), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var answer = await browser.Send(new HttpRequestMessage(HttpMethod.Get, url));
        Assert.Equal(path, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_large_upload_streams_without_filling_memory()
    {
        const int size = 64 << 20;
        await stand.Pod("alice", "upload");
        using var browser = await stand.Browser();
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, GatewayStand.Url("open-upload-alice", "/upload")) { Content = new StreamContent(new ZeroStream(size)) };
        using var answer = await browser.Send(request);
        Assert.Equal(size.ToString(), await answer.Content.ReadAsStringAsync());
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < size / 4, $"memory grew by {grown >> 20} MB");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_server_of_http_1_0_which_closes_after_each_answer_misses_no_request(string method)
    {
        // As Python's http.server does; slow to close, so that the next request comes before the end of the connection is seen.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var end = new CancellationTokenSource();
        var serving = Serve(listener, end.Token);
        var pod = await stand.Pod("alice", "old" + method.ToLowerInvariant());
        stand.Podd.Ports[(pod.Id.ToString(), 5173)] = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var browser = await stand.Browser();
        for (var number = 0; number < 5; number++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), GatewayStand.Url($"open-{pod.Name}-alice")) { Content = method == "POST" ? new StringContent("body") : null };
            using var answer = await browser.Send(request);
            Assert.Equal((HttpStatusCode.OK, "ok"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        }
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving);

        static async Task Serve(TcpListener listener, CancellationToken cancellationToken)
        {
            while (true)
                _ = Answer(await listener.AcceptSocketAsync(cancellationToken), cancellationToken);
        }

        static async Task Answer(Socket socket, CancellationToken cancellationToken)
        {
            using (socket)
            {
                await socket.ReceiveAsync(new byte[4096], cancellationToken);
                await socket.SendAsync("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancellationToken);
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    [Fact]
    public async Task A_large_download_arrives_whole()
    {
        await stand.Pod("alice", "download");
        using var browser = await stand.Browser();
        using var answer = await browser.Get(GatewayStand.Url("open-download-alice", "/bytes?count=33554432"));
        Assert.Equal(33554432, (await answer.Content.ReadAsByteArrayAsync()).LongLength);
    }

    [Fact]
    public async Task A_client_that_waits_for_100_continue_gets_it()
    {
        await stand.Pod("alice", "expect");
        using var browser = await stand.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, GatewayStand.Url("open-expect-alice", "/upload")) { Content = new ByteArrayContent(new byte[1000]) };
        request.Headers.ExpectContinue = true;
        using var answer = await browser.Send(request).WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Equal("1000", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Events_arrive_while_the_answer_is_unfinished()
    {
        await stand.Pod("alice", "events");
        using var browser = await stand.Browser();
        using var answer = await browser.Get(GatewayStand.Url("open-events-alice", "/events")).WaitAsync(Soon);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("data: first", await reader.ReadLineAsync().WaitAsync(Soon));
    }

    [Fact]
    public async Task A_client_that_goes_away_is_gone_for_the_app_too()
    {
        await stand.Pod("alice", "leaving");
        stand.App.Reset();
        using var browser = await stand.Browser();
        using (var answer = await browser.Get(GatewayStand.Url("open-leaving-alice", "/hang")).WaitAsync(Soon))
        {
            await using var body = await answer.Content.ReadAsStreamAsync();
            Assert.True(await body.ReadAsync(new byte[16]) > 0);
        }

        browser.Dispose();
        await stand.App.ClientLeft.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_502_and_says_which_ones_are()
    {
        await stand.Pod("alice", "deaf");
        using var browser = await stand.Browser("alice");
        using var page = await browser.Go(GatewayStand.Url("9999-deaf-alice"));
        var text = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadGateway, page.StatusCode);
        Assert.Contains("9999", text, StringComparison.Ordinal);
        Assert.Contains("5173, 3000", text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_breaks_off_is_502()
    {
        await stand.Pod("alice", "breaks");
        using var browser = await stand.Browser();
        using var answer = await browser.Get(GatewayStand.Url("open-breaks-alice", "/break"));
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Theory]
    [InlineData(PodState.Requested, "being made", true)]
    [InlineData(PodState.Creating, "being made", true)]
    [InlineData(PodState.Stopped, "stopped", false)]
    [InlineData(PodState.Failed, "cannot start &lt;b&gt;it&lt;/b&gt;", false)]
    public async Task A_pod_that_does_not_run_says_what_it_is_in(PodState state, string words, bool comesByItself)
    {
        var name = "state" + state.ToString().ToLowerInvariant();
        var pod = await stand.Pod("alice", name, state);
        using var browser = await stand.Browser("alice");
        using var page = await browser.Go(GatewayStand.Url($"web-{name}-alice"));
        var text = await page.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Contains($"{GatewayStand.Site}/pods/{pod.Id}", text, StringComparison.Ordinal);
        Assert.Equal(comesByItself, page.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_502()
    {
        var pod = await stand.Pod("alice", "lost");
        stand.Podd.Refused[pod.Id.ToString()] = new Fault(FaultKind.HostUnreachable, "cannot reach host");
        using var browser = await stand.Browser();
        using var answer = await browser.Get(GatewayStand.Url("open-lost-alice"));
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("a.web-demo-alice.pinacle.localhost")]
    [InlineData("nonsense.pinacle.localhost")]
    public async Task An_unknown_host_is_404(string host)
    {
        using var browser = await stand.Browser();
        using var answer = await browser.Get($"http://{host}:8080/");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("Unknown host", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    // With two lines a request the log was a third of what a request costs, and 8 MB after some seconds. Of an app that is not there the visitor is told, by a page; who asks again and again must not fill the disk.
    [Fact]
    public void A_request_is_no_line_of_the_log()
    {
        var loggers = stand.Web.StartCopy(("Logging:LogLevel:Default", "Information")).Services.GetRequiredService<ILoggerFactory>();
        Assert.True(loggers.CreateLogger("Pinacle.Web").IsEnabled(LogLevel.Information));
        Assert.False(loggers.CreateLogger("Yarp.ReverseProxy.Forwarder.HttpForwarder").IsEnabled(LogLevel.Warning));
        foreach (var teller in (string[])["Yarp.ReverseProxy.Forwarder.HttpForwarder", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing.EndpointMiddleware"])
            Assert.False(loggers.CreateLogger(teller).IsEnabled(LogLevel.Information), teller);
    }

    [Fact]
    public async Task Health_is_answered_by_address_and_never_on_a_pods_host()
    {
        await stand.Pod("alice", "health");
        using var browser = await stand.Browser();
        using var byAddress = await browser.Get("http://127.0.0.1:8080/health");
        Assert.NotEqual(HttpStatusCode.NotFound, byAddress.StatusCode);
        using var onPod = await browser.Get(GatewayStand.Url("open-health-alice", "/health"));
        Assert.Equal(HttpStatusCode.NotFound, onPod.StatusCode);
        Assert.Empty(await onPod.Content.ReadAsStringAsync());
    }

    /// <summary>Zeros without a buffer for them.</summary>
    private sealed class ZeroStream(long size) : Stream
    {
        private long left = size;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = (int)Math.Min(count, left);
            Array.Clear(buffer, offset, length);
            left -= length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
