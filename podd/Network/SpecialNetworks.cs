using System.Net;

namespace Pinacle.Podd.Network;

/// <summary>The IPv4 networks that are not the internet (RFC 6890 and its successors), except the documentation ones (TEST-NET), which nobody routes and test benches use as their internet.</summary>
internal static class SpecialNetworks
{
    public static readonly IReadOnlyList<IPNetwork> All =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];
}
