using System.Net;
using System.Net.Sockets;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Questions that come as single packets.</summary>
internal sealed partial class DnsUdp(Socket socket, DnsExchange exchange, ILogger logger)
{
    private const int LongestQuery = 4096;

    /// <summary>Takes questions until the token ends it. Each is answered beside the others.</summary>
    public async Task Serve(CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestQuery];
        var anyone = new IPEndPoint(IPAddress.Any, 0);
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, anyone, cancellationToken);
            _ = Answer(buffer.AsSpan(0, received.ReceivedBytes).ToArray(), (IPEndPoint)received.RemoteEndPoint, cancellationToken);
        }
    }

    private async Task Answer(byte[] packet, IPEndPoint client, CancellationToken cancellationToken)
    {
        try
        {
            if (await exchange.Answer(packet, client.Address, overTcp: false, cancellationToken) is { } reply)
                await socket.SendToAsync(reply, client, cancellationToken);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            Log.Ended(logger, client);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever a pod sent: one question goes without an answer, and the next is taken.
            Log.NoAnswer(logger, error, client);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "DNS ends with a question of {Client} open")]
        public static partial void Ended(ILogger logger, IPEndPoint client);

        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot answer a DNS question of {Client}")]
        public static partial void NoAnswer(ILogger logger, Exception error, IPEndPoint client);
    }
}
