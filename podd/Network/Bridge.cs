using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Pinacle.Podd.Network;

/// <summary>The bridge that all pods of this podd hang on, and what the host must forward for them.</summary>
public sealed class Bridge(IpCommand ip, AddressPlan plan)
{
    private const string ForwardSwitch = "/proc/sys/net/ipv4/ip_forward";

    public string Name => plan.Bridge;

    /// <summary>Number of the interface; null while there is none. A bridge that was made again has another, and sockets bound to the old one are deaf.</summary>
    public int? Index
    {
        get
        {
            try
            {
                return int.Parse(File.ReadAllText($"{Folder}/ifindex"), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // Not there, or gone while it was read.
                return null;
            }
        }
    }

    private string Folder => $"/sys/class/net/{plan.Bridge}";

    private bool Exists => Directory.Exists(Folder);

    /// <summary>Makes the bridge, or puts right what is wrong with it.</summary>
    public async Task Ensure(CancellationToken cancellationToken)
    {
        if (Exists && !Directory.Exists($"{Folder}/bridge"))
            throw new InvalidOperationException($"cannot use {plan.Bridge} as the pods' bridge: it is an interface of another kind; set Network:Bridge");
        RefuseOverlap();

        var mtu = UplinkMtu();
        var lines = new List<string>();
        if (!Exists)
            lines.Add($"link add name {plan.Bridge} address {plan.BridgeMac} type bridge");
        lines.Add($"link set dev {plan.Bridge} address {plan.BridgeMac} mtu {mtu} addrgenmode none type bridge stp_state 0 mcast_snooping 0 forward_delay 0");
        lines.Add($"addr replace {plan.Gateway}/{plan.Subnet.PrefixLength} dev {plan.Bridge}");
        lines.Add($"addr replace {plan.Resolver}/32 dev {plan.Bridge}");
        lines.Add($"link set dev {plan.Bridge} up");
        await ip.Batch(lines, cancellationToken);
        await NoIpv6(cancellationToken);

        // Written only if it is off: writing resets the forwarding choice of every single interface.
        if ((await File.ReadAllTextAsync(ForwardSwitch, cancellationToken)).Trim() == "0")
            await File.WriteAllTextAsync(ForwardSwitch, "1", cancellationToken);
    }

    /// <summary>Takes the bridge away. The host goes on forwarding: others may count on it by now.</summary>
    public async Task Remove(CancellationToken cancellationToken)
    {
        if (Exists)
            await ip.Batch([$"link delete dev {plan.Bridge}"], cancellationToken);
    }

    /// <summary>Packets of pods must fit through the interface that leads to the internet (clouds often have 1450 there).</summary>
    public static int UplinkMtu()
    {
        const int ethernet = 1500;
        var fallback = NetworkInterface.GetAllNetworkInterfaces()
            .FirstOrDefault(i => i.OperationalStatus == OperationalStatus.Up && i.GetIPProperties().GatewayAddresses.Any(g => g.Address.AddressFamily == AddressFamily.InterNetwork));
        var mtu = fallback?.GetIPProperties().GetIPv4Properties().Mtu ?? ethernet;
        return mtu is >= 1280 and <= 9000 ? mtu : ethernet;
    }

    private async Task NoIpv6(CancellationToken cancellationToken)
    {
        var file = $"/proc/sys/net/ipv6/conf/{plan.Bridge}/disable_ipv6";
        if (File.Exists(file))
            await File.WriteAllTextAsync(file, "1", cancellationToken);
    }

    // Two interfaces with one network: the host's routes would pick one of them for both.
    private void RefuseOverlap()
    {
        foreach (var other in NetworkInterface.GetAllNetworkInterfaces().Where(i => !string.Equals(i.Name, plan.Bridge, StringComparison.Ordinal)))
        {
            foreach (var address in other.GetIPProperties().UnicastAddresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork))
            {
                if (!Cidr.TryParse($"{address.Address}/{address.PrefixLength}", out IPNetwork network))
                    continue;
                if (network.Contains(plan.Gateway) || plan.Subnet.Contains(address.Address))
                    throw new InvalidOperationException($"cannot use subnet {plan.Subnet} for pods: {other.Name} has {address.Address}/{address.PrefixLength}; set Network:Subnet");
            }
        }
    }
}
