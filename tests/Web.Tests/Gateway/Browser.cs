using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>As much of a browser as the gateway looks at: cookies by host, the headers of a navigation, every name leading to web.</summary>
public sealed class Browser : IDisposable
{
    private readonly HttpMessageInvoker http;

    public Browser(int port) => http = new HttpMessageInvoker(new SocketsHttpHandler
    {
        CookieContainer = Cookies,
        AllowAutoRedirect = false,
        UseProxy = false,
        Expect100ContinueTimeout = TimeSpan.FromSeconds(20),
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public CookieContainer Cookies { get; } = new();

    public Guid? SessionId { get; set; }

    public void Dispose() => http.Dispose();

    /// <summary>Sends one request and follows nothing.</summary>
    public Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellationToken = default) => http.SendAsync(request, cancellationToken);

    /// <summary>A GET as a script or program makes it.</summary>
    public Task<HttpResponseMessage> Get(string url, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Send(request);
    }

    /// <summary>A navigation's first request.</summary>
    public Task<HttpResponseMessage> Navigate(string url) =>
        Get(url, ("Accept", "text/html,*/*;q=0.8"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1"));

    /// <summary>A whole navigation, redirects followed; the URLs it went through are in <paramref name="way"/>.</summary>
    public async Task<HttpResponseMessage> Go(string url, List<string>? way = null, int most = 10)
    {
        for (var hops = 0; hops <= most; hops++)
        {
            way?.Add(url);
            var answer = await Navigate(url);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return answer;
            url = new Uri(new Uri(url), answer.Headers.Location!).ToString();
        }

        throw new InvalidOperationException($"the way from {way?[0] ?? url} has no end");
    }

    /// <summary>Opens a WebSocket.</summary>
    public async Task<ClientWebSocket> Connect(string url, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await Connect(socket, url);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same with a socket of the caller's.</summary>
    public Task Connect(ClientWebSocket socket, string url) => socket.ConnectAsync(new Uri(url.Replace("http:", "ws:", StringComparison.Ordinal)), http, CancellationToken.None);
}
