using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>What comes of a try to reach an address from a network namespace: <c>open as {address that the server saw}</c>, <c>refused</c> (at once, with a reason), or <c>silent</c>.</summary>
internal static class Reach
{
    public const string Refused = "refused";
    public const string Silent = "silent";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static async Task<string> Tcp(string from, string address, int port)
    {
        using var socket = InNamespace.Tcp(from);
        return await Try(async token =>
        {
            await socket.ConnectAsync(IPAddress.Parse(address), port, token);
            return await Seen(socket, token);
        });
    }

    /// <summary>Never <see cref="Refused"/>: the kernel sends ICMP errors to one peer at one a second, so whether one comes is luck.</summary>
    public static async Task<string> Udp(string from, string address, int port)
    {
        using var socket = InNamespace.Udp(from);
        var outcome = await Try(async token =>
        {
            await socket.ConnectAsync(IPAddress.Parse(address), port, token);
            await socket.SendAsync("hello"u8.ToArray(), token);
            return await Seen(socket, token);
        });
        return outcome == Refused ? Silent : outcome;
    }

    private static async Task<string> Seen(Socket socket, CancellationToken token)
    {
        var buffer = new byte[64];
        return $"open as {Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, token))}";
    }

    private static async Task<string> Try(Func<CancellationToken, Task<string>> act)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            return await act(limit.Token);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.AccessDenied or SocketError.ConnectionReset)
        {
            return Refused;
        }
        catch (OperationCanceledException)
        {
            return Silent;
        }
    }
}
