using System.Net;

namespace Pinacle.Podd.Linux;

/// <summary>A socket that waits for connections or packets.</summary>
/// <param name="Address">The local address; any for all of them.</param>
/// <param name="Port">The local port.</param>
/// <param name="Inode">Names the socket in <c>/proc/PID/fd</c>.</param>
public sealed record Listener(IPAddress Address, int Port, long Inode)
{
    /// <summary>True when nobody else can listen at <paramref name="endpoint"/> because of it.</summary>
    public bool Takes(IPEndPoint endpoint) =>
        Port == endpoint.Port && (IsAny(Address) || IsAny(endpoint.Address) || Plain(Address).Equals(Plain(endpoint.Address)));

    private static bool IsAny(IPAddress address) => Plain(address).Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
