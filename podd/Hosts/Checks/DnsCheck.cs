using System.Net;
using Pinacle.Podd.Network.Dns;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>Whether the resolvers that answer pods' questions answer podd's.</summary>
internal sealed class DnsCheck(UpstreamResolvers resolvers, DnsUpstream upstream) : IHostCheck
{
    private const string Advice = "set option network.dns.upstream, or put this host's /etc/resolv.conf right";
    private const ushort NameServers = 2;

    // "Who serves the root?" (RFC 1035 §4.1.2: an empty name, the type, class Internet): every resolver knows, and it tells nobody anything.
    private static readonly DnsQuery Question = new(0, [0, 0, (byte)NameServers, 0, 1], NameServers, "", null);

    public string Name => "dns";

    public async Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken)
    {
        var known = resolvers.Current();
        return [Judge(known, known.Count > 0 && await upstream.Ask(Question, overTcp: false, cancellationToken) is not null)];
    }

    internal static Finding Judge(IReadOnlyList<IPEndPoint> known, bool answers) => (known.Count, answers) switch
    {
        (0, _) => Finding.Warn("there is no resolver: pods will not find any name", Advice),
        (_, true) => Finding.Ok($"{string.Join(", ", known)} answers"),
        _ => Finding.Warn($"{string.Join(", ", known)} does not answer: pods will not find any name", Advice),
    };
}
