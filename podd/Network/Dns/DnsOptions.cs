namespace Pinacle.Podd.Network.Dns;

/// <summary>Section <c>Network:Dns</c>: the forwarder that answers pods.</summary>
public sealed class DnsOptions
{
    /// <summary>Addresses of resolvers to ask, in order, each an IP address or <c>address:port</c>. Empty: the host's <c>/etc/resolv.conf</c>, read again when it changes.</summary>
    public IList<string> Upstream { get; } = [];

    /// <summary>Seconds until the next upstream is asked; 1 to 30.</summary>
    public int TimeoutSeconds { get; set; } = 2;

    /// <summary>Queries a pod may make per second in the long run; 1 to 100000. It may burst to four times as many.</summary>
    public int QueriesPerSecond { get; set; } = 100;
}
