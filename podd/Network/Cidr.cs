using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pinacle.Podd.Network;

/// <summary>IPv4 networks as people write them.</summary>
internal static class Cidr
{
    /// <summary>Reads <c>10.0.0.0/8</c> or a single <c>10.1.2.3</c>. Host bits are cut off; an IPv6 network is not one.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var length = 32;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > 32))
            return false;
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out var address))
            return false;
        var mask = length == 0 ? 0 : uint.MaxValue << (32 - length);
        network = new IPNetwork(ToAddress(ToNumber(address) & mask), length);
        return true;
    }

    /// <summary>Reads four decimal numbers with dots; not the shorter, octal and hexadecimal forms that <see cref="IPAddress"/> takes too.</summary>
    public static bool TryParseAddress(string text, out IPAddress address)
    {
        if (IPAddress.TryParse(text, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetwork && string.Equals(parsed.ToString(), text, StringComparison.Ordinal))
        {
            address = parsed;
            return true;
        }

        address = IPAddress.None;
        return false;
    }

    /// <summary>The same addresses in networks that do not overlap, as nft's interval sets want them. Two CIDRs are disjoint or one contains the other, so it is enough to drop the contained ones.</summary>
    public static IReadOnlyList<IPNetwork> Disjoint(IEnumerable<IPNetwork> networks)
    {
        var kept = new List<IPNetwork>();
        foreach (var network in networks.OrderBy(n => n.PrefixLength))
        {
            if (!kept.Exists(k => k.Contains(network.BaseAddress)))
                kept.Add(network);
        }

        return kept;
    }

    public static uint ToNumber(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    public static IPAddress ToAddress(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
