namespace Pinacle.Podd.Network.Dns;

/// <summary>Record types that the forwarder treats in a way of their own (IANA, DNS parameters).</summary>
internal static class DnsType
{
    public const ushort A = 1;
    public const ushort Pointer = 12;
    public const ushort Aaaa = 28;
    public const ushort Options = 41;
    public const ushort ServiceBinding = 64;
    public const ushort Https = 65;

    /// <summary>From here on: zone transfers and the like, up to <see cref="Any"/>.</summary>
    public const ushort FirstMeta = 249;

    public const ushort Any = 255;
}
