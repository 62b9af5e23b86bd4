using Pinacle.Podd.Network.Dns;

namespace Pinacle.Podd.Network;

/// <summary>Section <c>Network</c>: where pods live on the host's network and what they may reach. Several podds on one machine differ in <see cref="Instance"/>, <see cref="Bridge"/> and <see cref="Subnet"/>.</summary>
public sealed class NetworkOptions
{
    public const string Section = "Network";

    /// <summary>Prefix of every name of this podd in the kernel: 1 to 6 lower-case letters (no digit, so that <c>pv1</c> + <c>2</c> cannot be <c>pv</c> + <c>12</c>). Veths are <c>pv12</c>, namespaces <c>pv-12</c>, tables <c>podd_pv</c>.</summary>
    public string Instance { get; set; } = "pv";

    /// <summary>The bridge: at most 15 of <c>a-z 0-9 -</c>, beginning with a letter.</summary>
    public string Bridge { get; set; } = "podd0";

    /// <summary>IPv4 network of the pods, /8 to /24. Its first address is the bridge's; slot n has the address n + 2.</summary>
    public string Subnet { get; set; } = "10.89.0.0/16";

    /// <summary>Address of podd's DNS and broker as pods see it, the same on every host, so that it survives a move. Any special-purpose address outside of the subnet.</summary>
    public string Resolver { get; set; } = "198.18.0.53";

    /// <summary>Port of the broker at <see cref="Resolver"/>; 1 to 65535.</summary>
    public int BrokerPort { get; set; } = 7420;

    /// <summary>IPv4 CIDRs that pods may reach although they are private or special, port 25 included. Never opens the host itself, another pod, or anything in <see cref="Deny"/>.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>IPv4 CIDRs that no pod may reach, stronger than <see cref="Allow"/>. web adds its own list with <c>PUT /v1/host/deny</c>.</summary>
    public IList<string> Deny { get; } = [];

    /// <summary>Connections a pod may have open to the outside, as conntrack counts them (finished ones count up to 2 minutes longer); 16 to 65536.</summary>
    public int ConnectionLimit { get; set; } = 4096;

    /// <summary>Names for pods.</summary>
    public DnsOptions Dns { get; } = new();
}
