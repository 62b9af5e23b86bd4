using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;

namespace Pinacle.Guest.Acts;

/// <summary>Carries bytes between the caller and a port that listens on loopback only, as dev servers do.</summary>
internal static class RelayAct
{
    private const int BufferSize = 64 << 10;

    public static async Task Run(int port, PodGuest guest, Connection connection, CancellationToken cancellationToken)
    {
        if (port is < 1 or > 65535 || port == guest.Settings.Port)
            throw new FaultException(FaultKind.Invalid, $"cannot relay to port {port}");
        using var target = await Connect(port, cancellationToken);
        await connection.Answer(new GuestAnswer(), cancellationToken);
        var caller = connection.Socket;
        for (var lead = connection.Leading(); !lead.IsEmpty;)
            lead = lead[await target.SendAsync(lead, cancellationToken)..];
        await Task.WhenAll(Copy(caller, target, cancellationToken), Copy(target, caller, cancellationToken));
    }

    // Node ≥ 17 binds "localhost" to ::1 first, everybody else to 127.0.0.1.
    private static async Task<Socket> Connect(int port, CancellationToken cancellationToken)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        throw new FaultException(FaultKind.NotListening, $"cannot connect to port {port}: nothing in the pod listens on it");
    }

    private static async Task Copy(Socket from, Socket to, CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                // Most relays are idle most of the time (WebSockets, keep-alive): they wait without a buffer.
                await from.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            }
            while (await Move(from, to, cancellationToken));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // A reset of one side is passed on as the end of both.
            from.Dispose();
            to.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // The other direction ended both.
        }
    }

    /// <summary>Moves what is there; false at the end of the stream.</summary>
    private static async Task<bool> Move(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            do
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(0, BufferSize), cancellationToken);
                if (count == 0)
                    return false;
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
            }
            while (from.Available > 0);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
