using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>What comes of a try to reach an address from a network namespace: <c>open as {address that the server saw}</c> (only <c>open</c> where it does not tell), <c>refused</c> (at once, with a reason), or <c>silent</c>.</summary>
internal static class Reach
{
    public const string Open = "open";
    public const string Refused = "refused";
    public const string Silent = "silent";

    /// <summary>Long enough for what is there, on a machine that does other things, too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    // A resolver answers it; everybody else does not care what he is sent.
    private static readonly byte[] Question = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 6, .. "public"u8, 4, .. "test"u8, 0, 0, 1, 0, 1];

    public static Task<string> Tcp(string from, string address, int port) => Tcp(InNamespace.Tcp(from), address, port, Patience);

    public static Task<string> Tcp(Socket socket, string address, int port, TimeSpan patience) => Try(socket, patience, async token =>
    {
        await socket.ConnectAsync(IPAddress.Parse(address), port, token);
        await socket.SendAsync((byte[])[0, (byte)Question.Length, .. Question], token);
        return await Seen(socket, token);
    });

    /// <summary>Never <see cref="Refused"/>: the kernel sends ICMP errors to one peer at one a second, so whether one comes is luck.</summary>
    public static Task<string> Udp(Socket socket, string address, int port, TimeSpan patience) => Repeated(socket, patience, Question, new IPEndPoint(IPAddress.Parse(address), port), _ => true);

    /// <summary>An echo request by a raw socket; never <see cref="Refused"/>, as above.</summary>
    public static Task<string> Icmp(Socket socket, string address, TimeSpan patience)
    {
        // type 8, code 0, checksum, identifier, sequence (RFC 792); the reply comes with its IP header of 20 bytes.
        byte[] request = [8, 0, 0x87, 0x9a, 0x70, 0x64, 0, 1];
        return Repeated(socket, patience, request, new IPEndPoint(IPAddress.Parse(address), 0), reply => reply.Length >= 28 && reply[20] == 0 && reply[24] == 0x70);
    }

    // Packets may be lost: asked again and again, until the answer or the end of the patience.
    private static async Task<string> Repeated(Socket socket, TimeSpan patience, byte[] packet, IPEndPoint to, Func<byte[], bool> answers)
    {
        var outcome = await Try(socket, patience, async token =>
        {
            if (to.Address.Equals(IPAddress.Broadcast))
                socket.EnableBroadcast = true;
            await socket.ConnectAsync(to, token);
            var buffer = new byte[512];
            using var timer = new PeriodicTimer(Again);
            for (var receiving = Receive(); ;)
            {
                await socket.SendAsync(packet, token);
                if (await Task.WhenAny(receiving, timer.WaitForNextTickAsync(token).AsTask()) == receiving)
                    return await receiving;
            }

            async Task<string> Receive()
            {
                while (true)
                {
                    var count = await socket.ReceiveAsync(buffer, token);
                    if (answers(buffer[..count]))
                        return Told(buffer.AsSpan(0, count));
                }
            }
        });
        return outcome == Refused ? Silent : outcome;
    }

    private static async Task<string> Seen(Socket socket, CancellationToken token)
    {
        var buffer = new byte[512];
        return Told(buffer.AsSpan(0, await socket.ReceiveAsync(buffer, token)));
    }

    private static string Told(ReadOnlySpan<byte> answer) =>
        IPAddress.TryParse(Encoding.Latin1.GetString(answer), out var address) ? string.Create(CultureInfo.InvariantCulture, $"{Open} as {address}") : Open;

    private static async Task<string> Try(Socket socket, TimeSpan patience, Func<CancellationToken, Task<string>> act)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            return await act(limit.Token);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.AccessDenied or SocketError.ConnectionReset or SocketError.InvalidArgument)
        {
            return Refused;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TimedOut)
        {
            return Silent;
        }
        catch (OperationCanceledException)
        {
            return Silent;
        }
        finally
        {
            socket.Dispose();
        }
    }
}
