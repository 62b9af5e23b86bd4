using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>Raw byte tunnels to ports of pods (<c>Upgrade: pinacle-tunnel</c>).</summary>
public sealed class TunnelApi(Fleet fleet, WakeByUse wake, TimeProvider time)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(PoddRoutes.Tunnel, Open);

    private async Task Open(HttpContext context)
    {
        var upgrade = Upgrade.Asked(context, PoddRoutes.TunnelUpgrade, "a tunnel");
        var port = int.Parse((string)context.GetRouteValue("port")!, CultureInfo.InvariantCulture);
        var pod = fleet.Find(PoddApi.Id(context));
        CheckEpoch(context, pod);
        if (port is < 1 or > 65535 or GuestProtocol.Port)
            throw new FaultException(FaultKind.NotFound, $"cannot open a tunnel to port {port}: no service can be there");
        await wake.Ensure(context, pod);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, pod.Connections);
        var webSocket = context.Request.Headers[PoddRoutes.UseHeader] == "websocket";
        await using var inside = await Connect(pod, port, context.RequestAborted);
        await using var outside = await Upgrade.Accept(context, upgrade, PoddRoutes.TunnelUpgrade);
        using var exchange = pod.Requests.Begin(port);
        if (webSocket)
        {
            // What its client says need have no answer.
            var use = new WebSocketUse(pod.Activity, time);
            await Carry(outside, inside, use.Said, Heard, end.Token);

            void Heard(int bytes)
            {
                use.Heard(bytes);
                exchange.Heard();
            }
        }
        else
        {
            Action note = context.Request.Headers[PoddRoutes.PersonHeader] == "no" ? () => pod.Activity.NoteUnattended("a request of an open page") : () => pod.Activity.Note("a request");
            note();
            await Carry(outside, inside, Used(pod, note + exchange.Said), Used(pod, note + exchange.Heard), end.Token);
        }
    }

    private static Action<int> Used(Pod pod, Action moved) => bytes =>
    {
        pod.Activity.Carried(bytes);
        moved();
    };

    private static void CheckEpoch(HttpContext context, Pod pod)
    {
        var asked = context.Request.Headers[PoddRoutes.EpochHeader].ToString();
        if (asked.Length > 0 && asked != pod.Record?.Spec.Epoch.ToString(CultureInfo.InvariantCulture))
            throw new FaultException(FaultKind.Conflict, $"cannot open a tunnel to pod {pod.Id}: this host has another epoch of it", $"asked for {asked}, here is {pod.Record?.Spec.Epoch}");
    }

    // Most dev servers listen on loopback only, where only the guest can reach.
    private static async Task<Stream> Connect(Pod pod, int port, CancellationToken cancellationToken)
    {
        var guest = pod.Reach();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(pod.Address!), port), limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new FaultException(FaultKind.Timeout, $"cannot reach port {port} of pod {pod.Record!.Spec.Name}: no answer within {ConnectLimit.TotalSeconds:0} s", innerException: error);
            if (error is not SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                throw;
        }
        try
        {
            return await guest.Relay(port, cancellationToken);
        }
        catch (FaultException error) when (error.Fault.Kind == FaultKind.NotListening)
        {
            var ports = pod.Status?.Ports ?? [];
            var listening = ports.Count == 0 ? "no port is listened on" : $"listening: {string.Join(", ", ports.Select(other => other.Port).Order())}";
            throw new FaultException(FaultKind.NotListening, $"cannot reach port {port} of pod {pod.Record!.Spec.Name}: nothing listens on it", listening, error);
        }
    }

    private static async Task Carry(Stream outside, Stream inside, Action<int> said, Action<int> heard, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var up = Upgrade.Copy(outside, inside, said, end.Token);
        var down = Upgrade.Copy(inside, outside, heard, end.Token);
        if (await Task.WhenAny(up, down) == up && inside is NetworkStream { Socket: var socket } && await up)
        {
            // The client has said all; the answer may still come.
            socket.Shutdown(SocketShutdown.Send);
            await down;
        }
        await end.CancelAsync();
        await Task.WhenAll(up, down);
    }
}
