using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>Stands in for podd where only its tunnel matters: joins a pod's port to a real program's port on this machine.</summary>
public sealed class TunnelPodd : IAsyncLifetime
{
    public const string Key = "0123456789abcdef0123456789abcdef";
    private readonly string folder = Directory.CreateTempSubdirectory("tunnel-podd-").FullName;
    private readonly ConcurrentDictionary<string, CancellationTokenSource> cuts = new();
    private WebApplication? app;

    public string Address => $"unix:{folder}/podd.sock";

    /// <summary>What a pod's port leads to; a port that is not here is not listened on.</summary>
    public ConcurrentDictionary<(string Pod, int Port), int> Ports { get; } = new();

    /// <summary>The only epoch of each pod.</summary>
    public ConcurrentDictionary<string, long> Epochs { get; } = new();

    /// <summary>Refuses every tunnel to a pod.</summary>
    public ConcurrentDictionary<string, Fault> Refused { get; } = new();

    /// <summary>Holds every tunnel to a pod until it ends, as podd does while the pod wakes.</summary>
    public ConcurrentDictionary<string, Task> Held { get; } = new();

    /// <summary>Ends a pod: no tunnel leads to it any more, old ones are cut.</summary>
    public async Task End(string pod)
    {
        Epochs.TryRemove(pod, out _);
        if (cuts.TryRemove(pod, out var cut))
            await cut.CancelAsync();
    }

    /// <summary>Tunnels opened so far: pod, use, wake and person.</summary>
    public ConcurrentQueue<(string Pod, string Use, string Wake, string Person)> Opened { get; } = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket($"{folder}/podd.sock"));
        app = builder.Build();
        app.MapGet(PoddRoutes.Tunnel, Tunnel);
        await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app!.StopAsync(now.Token);
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Task Refuse(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = FaultStatus.Of(fault.Kind);
        return context.Response.WriteAsJsonAsync(new FaultAnswer(fault), ContractsJson.Default.FaultAnswer);
    }

    private async Task Tunnel(HttpContext context)
    {
        var (pod, port) = ((string)context.Request.RouteValues["id"]!, int.Parse((string)context.Request.RouteValues["port"]!));
        var headers = context.Request.Headers;
        if (Held.TryGetValue(pod, out var held))
            await held.WaitAsync(context.RequestAborted);
        if (headers[PoddRoutes.ApiKeyHeader] != Key)
            await Refuse(context, new Fault(FaultKind.Unauthorized, "cannot answer: the key is wrong"));
        else if (Refused.TryGetValue(pod, out var fault))
            await Refuse(context, fault);
        else if (!Epochs.TryGetValue(pod, out var epoch) || headers[PoddRoutes.EpochHeader] != epoch.ToString())
            await Refuse(context, new Fault(FaultKind.Conflict, "cannot open a tunnel: another epoch"));
        else if (!Ports.TryGetValue((pod, port), out var real))
            await Refuse(context, new Fault(FaultKind.NotListening, $"cannot connect: nothing listens on port {port}", "5173, 3000"));
        else
            await Join(context, pod, real);
    }

    private async Task Join(HttpContext context, string pod, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        Opened.Enqueue((pod, context.Request.Headers[PoddRoutes.UseHeader].ToString(), context.Request.Headers[PoddRoutes.WakeHeader].ToString(), context.Request.Headers[PoddRoutes.PersonHeader].ToString()));
        context.Response.Headers.Upgrade = PoddRoutes.TunnelUpgrade;
        await using var inside = new NetworkStream(socket);
        await using var outside = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, cuts.GetOrAdd(pod, _ => new CancellationTokenSource()).Token);
        await Task.WhenAny(Copy(outside, inside, end.Token), Copy(inside, outside, end.Token));
        await end.CancelAsync();
    }

    private static async Task Copy(Stream from, Stream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // One end broke: so does the tunnel.
            return;
        }
    }
}
