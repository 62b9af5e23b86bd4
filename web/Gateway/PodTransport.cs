using System.Net;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Gateway;

/// <summary>HTTP connections whose bytes go through podd's tunnels. Pooled by (pod, epoch, port): a connection to a deleted pod can never serve its successor. What pages ask of their own accord is pooled apart: podd counts it apart, by connection.</summary>
public sealed class PodTransport(PoddClients hosts) : IDisposable
{
    private static readonly HttpRequestOptionsKey<TunnelTarget> Target = new("pinacle-tunnel");

    // Idle connections end before podd freezes the pod behind them.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private readonly List<HttpMessageInvoker> _invokers = [];
    private HttpMessageInvoker? _http;
    private HttpMessageInvoker? _webSocket;

    /// <summary>For ordinary requests.</summary>
    public HttpMessageInvoker Http => LazyInitializer.EnsureInitialized(ref _http, () => Make(Idle, webSocket: false));

    /// <summary>For upgrades: their connections are never pooled.</summary>
    public HttpMessageInvoker WebSocket => LazyInitializer.EnsureInitialized(ref _webSocket, () => Make(TimeSpan.Zero, webSocket: true));

    /// <summary>What YARP sends to: a name that stands for the pod, its epoch and whether a person asks, and the port.</summary>
    public static string Destination(PodRoute pod, ServiceRoute service, Asker asker) => $"http://p{pod.PodId:n}e{pod.Epoch}{(asker.Person ? "" : "n")}:{service.Port}/";

    /// <summary>Tells the connection that a request may open where it leads.</summary>
    public static void Aim(HttpRequestMessage request, PodRoute pod, ServiceRoute service, Asker asker) =>
        request.Options.Set(Target, new TunnelTarget(pod.HostId!.Value, pod.PodId, pod.Epoch, service.Port, asker));

    public void Dispose()
    {
        foreach (var invoker in _invokers)
            invoker.Dispose();
    }

    private HttpMessageInvoker Make(TimeSpan idle, bool webSocket)
    {
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = idle,
            ConnectTimeout = TimeSpan.FromSeconds(100),
            MaxResponseHeadersLength = 128,
            ConnectCallback = async (context, cancellationToken) =>
            {
                if (!context.InitialRequestMessage.Options.TryGetValue(Target, out var target))
                    throw new InvalidOperationException("cannot open a tunnel: the request says not where to");
                var podd = await hosts.Of(target.HostId, cancellationToken);
                return new TunnelStream(await podd.OpenTunnel(target.PodId, target.Epoch, target.Port, webSocket, target.Asker.Wake, target.Asker.Person, cancellationToken));
            },
        });
        lock (_invokers)
            _invokers.Add(invoker);
        return invoker;
    }

    private sealed record TunnelTarget(Guid HostId, Guid PodId, long Epoch, int Port, Asker Asker);
}
