using System.Net;

namespace Pinacle.Podd.Network.Dns;

/// <summary>From a pod's packet to the answer: its rate, what it may ask, the upstream, what it may learn.</summary>
public sealed class DnsExchange(QueryRate rate, DnsPolicy policy, DnsUpstream upstream) : IDisposable
{
    private const int MostAtOnce = 512;

    // Each question under way holds a socket: a slow upstream must not take podd's file descriptors.
    private readonly SemaphoreSlim _underWay = new(MostAtOnce);

    /// <summary>The answer to a packet; null to stay silent (too fast, too much at once, or not a query): the client asks again.</summary>
    public async Task<byte[]?> Answer(ReadOnlyMemory<byte> packet, IPAddress source, bool overTcp, CancellationToken cancellationToken)
    {
        if (!rate.TryTake(source))
            return null;
        if (!DnsQuery.TryRead(packet.Span, out var query, out var code) || query is null)
            return code is { } known ? DnsReply.ToUnreadable(packet.Span, known) : null;
        if (policy.AnswerAlone(query) is { } alone)
            return alone;
        if (!await _underWay.WaitAsync(TimeSpan.Zero, cancellationToken))
            return null;

        byte[] reply;
        try
        {
            reply = await upstream.Ask(query, overTcp, cancellationToken) is { } answer ? policy.Judge(query, answer) : DnsReply.Empty(query, DnsCode.ServerFailure);
        }
        finally
        {
            _underWay.Release();
        }

        return overTcp || reply.Length <= query.UdpLimit ? reply : DnsReply.Truncated(query);
    }

    public void Dispose() => _underWay.Dispose();
}
