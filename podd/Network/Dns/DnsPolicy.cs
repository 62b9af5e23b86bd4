using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Pinacle.Podd.Network.Dns;

/// <summary>
/// What pods may ask, and which answers they may get. A name that leads to a private or special address is answered with "no such name"
/// (not REFUSED, which resolvers take for a passing trouble and try again), so that no public name can point a pod's browser or
/// program at the host's neighbours.
/// </summary>
public sealed class DnsPolicy
{
    private readonly List<IPNetwork> _closed;
    private readonly List<IPNetwork> _allow;

    public DnsPolicy(IOptions<NetworkOptions> options, AddressPlan plan)
    {
        _closed = [.. SpecialNetworks.All, plan.Subnet];
        _allow = [.. options.Value.Allow.Select(text => Cidr.TryParse(text, out var network) ? network : throw new FormatException($"cannot use '{text}' as an IPv4 network"))];
    }

    /// <summary>True when a pod may learn of this address.</summary>
    public bool Permits(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetwork)
            return (address.GetAddressBytes()[0] & 0xE0) == 0x20; // 2000::/3, the only part of IPv6 that is the internet.
        return _allow.Exists(n => n.Contains(address)) || !_closed.Exists(n => n.Contains(address));
    }

    /// <summary>The answer that needs no upstream; null to ask one.</summary>
    internal byte[]? AnswerAlone(DnsQuery query) => query.Type switch
    {
        // Pods have no IPv6. Service bindings carry addresses as hints; without them clients go on with A.
        DnsType.Aaaa or DnsType.ServiceBinding or DnsType.Https => DnsReply.Empty(query, DnsCode.None),
        // Names of the host's neighbours are none of a pod's business either (the zones of RFC 6303).
        DnsType.Pointer when ReversedAddress(query.Name) is { } address && !Permits(address) => DnsReply.Empty(query, DnsCode.NoSuchName),
        _ => null,
    };

    /// <summary>What the pod gets of an upstream's answer.</summary>
    internal byte[] Judge(DnsQuery query, DnsAnswer answer)
    {
        foreach (var address in answer.Addresses)
        {
            if (!Permits(address))
                return DnsReply.Empty(query, DnsCode.NoSuchName, $"{address} is not a public address and this host does not allow it (Network:Allow)");
        }

        return DnsReply.From(query, answer);
    }

    // 4.3.2.1.in-addr.arpa, a zone above it, or a name below it: as many numbers as there are, from the end.
    private static IPAddress? ReversedAddress(string name)
    {
        const string zone = ".in-addr.arpa";
        if (!name.EndsWith(zone, StringComparison.Ordinal))
            return null;
        var labels = name[..^zone.Length].Split('.');
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        while (count < Math.Min(labels.Length, bytes.Length) && byte.TryParse(labels[labels.Length - 1 - count], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[count]))
            count++;
        return count == 0 ? null : new IPAddress(bytes);
    }
}
