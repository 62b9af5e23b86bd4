using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Pinacle.Podd.Network;

/// <summary>Says at start which network option is wrong. Everything that is put into an nft script or an ip batch has passed here or is a number.</summary>
internal sealed partial class NetworkOptionsCheck : IValidateOptions<NetworkOptions>
{
    public ValidateOptionsResult Validate(string? name, NetworkOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Failures(NetworkOptions options)
    {
        if (!InstancePattern().IsMatch(options.Instance))
            yield return $"Network:Instance '{options.Instance}' is not 1 to 6 lower-case letters";
        if (!BridgePattern().IsMatch(options.Bridge))
            yield return $"Network:Bridge '{options.Bridge}' is not 1 to 15 of a-z, 0-9 and '-' beginning with a letter";
        if (!Cidr.TryParse(options.Subnet, out var subnet) || subnet.PrefixLength is < 8 or > 24)
            yield return $"Network:Subnet '{options.Subnet}' is not an IPv4 network of /8 to /24";
        else if (!Cidr.TryParseAddress(options.Resolver, out var resolver) || subnet.Contains(resolver))
            yield return $"Network:Resolver '{options.Resolver}' is not an IPv4 address outside of {subnet}";
        if (options.BrokerPort is < 1 or > 65535)
            yield return $"Network:BrokerPort {options.BrokerPort} is not 1 to 65535";
        if (options.ConnectionLimit is < 16 or > 65536)
            yield return $"Network:ConnectionLimit {options.ConnectionLimit} is not 16 to 65536";
        foreach (var entry in options.Allow.Where(entry => !Cidr.TryParse(entry, out _)))
            yield return $"Network:Allow '{entry}' is not an IPv4 network";
        foreach (var entry in options.Deny.Where(entry => !Cidr.TryParse(entry, out _)))
            yield return $"Network:Deny '{entry}' is not an IPv4 network";
        foreach (var entry in options.Dns.Upstream.Where(entry => !System.Net.IPEndPoint.TryParse(entry, out _)))
            yield return $"Network:Dns:Upstream '{entry}' is not an address or address:port";
        if (options.Dns.TimeoutSeconds is < 1 or > 30)
            yield return $"Network:Dns:TimeoutSeconds {options.Dns.TimeoutSeconds} is not 1 to 30";
        if (options.Dns.QueriesPerSecond is < 1 or > 100_000)
            yield return $"Network:Dns:QueriesPerSecond {options.Dns.QueriesPerSecond} is not 1 to 100000";
    }

    [GeneratedRegex(@"\A[a-z]{1,6}\z", RegexOptions.NonBacktracking)]
    private static partial Regex InstancePattern();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,14}\z", RegexOptions.NonBacktracking)]
    private static partial Regex BridgePattern();
}
