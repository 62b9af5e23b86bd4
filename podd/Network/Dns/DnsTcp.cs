using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Questions that come over connections (RFC 7766): long answers, and resolvers that prefer it.</summary>
internal sealed partial class DnsTcp(Socket listener, DnsExchange exchange, ILogger logger)
{
    private const int LongestQuery = 4096;
    private const int ConnectionsOfOnePod = 16;
    private const int QuestionsOfOneConnection = 200;
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<IPAddress, int> _connections = new();

    /// <summary>Takes connections until the token ends it.</summary>
    public async Task Serve(CancellationToken cancellationToken)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync(cancellationToken);
            _ = Converse(socket, cancellationToken);
        }
    }

    private async Task Converse(Socket socket, CancellationToken cancellationToken)
    {
        IPAddress? client = null;
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            client = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            if (_connections.AddOrUpdate(client, 1, (_, count) => count + 1) > ConnectionsOfOnePod)
                return;
            for (var i = 0; i < QuestionsOfOneConnection && await Turn(stream, client, cancellationToken); i++)
            {
                // One question after the other.
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever a pod did to its connection: it ends, the others go on.
            Log.Broken(logger, error, client);
        }
        finally
        {
            if (client is not null)
                _connections.AddOrUpdate(client, 0, (_, count) => count - 1);
        }
    }

    private async Task<bool> Turn(NetworkStream stream, IPAddress client, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(IdleLimit);
        if (await DnsStream.Read(stream, LongestQuery, limit.Token) is not { } message)
            return false;
        limit.CancelAfter(Timeout.InfiniteTimeSpan); // The upstream has limits of its own.
        if (await exchange.Answer(message, client, overTcp: true, cancellationToken) is not { } reply)
            return false;
        limit.CancelAfter(IdleLimit);
        await DnsStream.Write(stream, reply, limit.Token);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "DNS connection of {Client} ended")]
        public static partial void Broken(ILogger logger, Exception error, IPAddress? client);
    }
}
