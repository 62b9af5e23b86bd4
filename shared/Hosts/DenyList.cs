namespace Pinacle.Contracts;

/// <summary>What no pod of a host may reach (<c>PUT /v1/host/deny</c>), in place of what was sent before.</summary>
/// <param name="Addresses">IP addresses and CIDRs, at most <see cref="Most"/>. An IPv6 one is taken and needs no rule: pods have no IPv6.</param>
public sealed record DenyList(IReadOnlyList<string> Addresses)
{
    /// <summary>Longest list that a host takes.</summary>
    public const int Most = 1024;
}
