using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;

namespace Pinacle.Guest.Network;

/// <summary>Connects to ports of the pod by loopback, where also those that only the pod itself can reach are, says nothing and hangs up: whoever serves strangers hangs up in turn. A process behind it that is no longer told of anything does not, although the kernel still takes the connection.</summary>
internal static class PortProbing
{
    /// <summary>Ports of one call.</summary>
    public const int Most = 64;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>Probes all of them at once.</summary>
    public static async Task<IReadOnlyList<PortProbe>> Run(IReadOnlyList<int> ports, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        return await Task.WhenAll(ports.Distinct().Select(async port => new PortProbe(port, await Probe(port, limit.Token))));
    }

    // Node ≥ 17 binds "localhost" to ::1 first, everybody else to 127.0.0.1.
    private static async Task<ProbeResult> Probe(int port, CancellationToken cancellationToken)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            }
            catch (SocketException)
            {
                continue;
            }
            catch (OperationCanceledException)
            {
                return ProbeResult.Deaf; // the kernel itself does not take it
            }
            return await Reacts(socket, cancellationToken) ? ProbeResult.Answers : ProbeResult.Deaf;
        }
        return ProbeResult.Closed;
    }

    private static async Task<bool> Reacts(Socket socket, CancellationToken cancellationToken)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            await socket.ReceiveAsync(new byte[1], cancellationToken);
            return true; // a word, or its end
        }
        catch (SocketException)
        {
            return true; // a reset is a reaction
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
