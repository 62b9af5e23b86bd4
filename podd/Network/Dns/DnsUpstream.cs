using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Pinacle.Podd.Network.Dns;

/// <summary>Asks the upstream resolvers one after the other. Every question has a socket of its own, connected, so that the kernel picks a random port and takes answers from nobody else; and a random number (RFC 5452).</summary>
public sealed partial class DnsUpstream(UpstreamResolvers resolvers, IOptions<NetworkOptions> options, ILogger<DnsUpstream> logger)
{
    private const int LargestUdp = 4096;

    /// <summary>The first answer that is one; null when no resolver gave any.</summary>
    internal async Task<DnsAnswer?> Ask(DnsQuery query, bool overTcp, CancellationToken cancellationToken)
    {
        foreach (var resolver in resolvers.Current())
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(options.Value.Dns.TimeoutSeconds));
            try
            {
                var answer = overTcp ? await AskOverTcp(query, resolver, limit.Token) : await AskOverUdp(query, resolver, limit.Token);
                if (answer is not null && answer.Code is not ((int)DnsCode.ServerFailure or (int)DnsCode.Refused))
                    return answer;
                Log.NoUse(logger, resolver, query.Name);
            }
            catch (Exception error) when (error is SocketException or EndOfStreamException or IOException)
            {
                Log.Unreachable(logger, error, resolver);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Log.Silent(logger, resolver, query.Name);
            }
        }

        return null;
    }

    private static async Task<DnsAnswer?> AskOverUdp(DnsQuery query, IPEndPoint resolver, CancellationToken cancellationToken)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        using var socket = new Socket(resolver.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(resolver, cancellationToken);
        await socket.SendAsync(query.ToUpstream(id), cancellationToken);
        var buffer = new byte[LargestUdp];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            // Anything else may be forged: the true answer may still come.
            if (DnsAnswer.Read(buffer.AsSpan(0, length), query, id) is { } answer)
                return answer;
        }
    }

    private static async Task<DnsAnswer?> AskOverTcp(DnsQuery query, IPEndPoint resolver, CancellationToken cancellationToken)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        using var socket = new Socket(resolver.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(resolver, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await DnsStream.Write(stream, query.ToUpstream(id), cancellationToken);
        var message = await DnsStream.Read(stream, ushort.MaxValue, cancellationToken);
        return message is null ? null : DnsAnswer.Read(message, query, id);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot ask resolver {Resolver}")]
        public static partial void Unreachable(ILogger logger, Exception error, IPEndPoint resolver);

        [LoggerMessage(Level = LogLevel.Debug, Message = "resolver {Resolver} did not answer for {Name} in time")]
        public static partial void Silent(ILogger logger, IPEndPoint resolver, string name);

        [LoggerMessage(Level = LogLevel.Debug, Message = "resolver {Resolver} could not say anything about {Name}")]
        public static partial void NoUse(ILogger logger, IPEndPoint resolver, string name);
    }
}
