using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Network;

/// <summary>A pod's own network namespace, and the veth between it and the bridge.</summary>
public sealed class PodLink(IpCommand ip, HostCommand commands, AddressPlan plan)
{
    // Each goes on where the last one stumbled, and what stumbles is an entry less.
    private const int Forgettings = 100;

    /// <summary>Makes namespace and link. Nothing of the slot may be there (<see cref="RemoveLink"/> first).</summary>
    public async Task Create(SlotPlan slot, CancellationToken cancellationToken)
    {
        var mtu = Bridge.UplinkMtu();
        await ip.Batch(
            [
                $"netns add {slot.Namespace}",
                $"link add name {slot.Veth} mtu {mtu} master {plan.Bridge} type veth peer name eth0 address {slot.Mac} mtu {mtu} netns {slot.Namespace}",
                .. PortLines(slot),
            ],
            cancellationToken);
        await Task.WhenAll(
            ip.BridgeBatch([ForwardingLine(slot)], cancellationToken),
            ip.BatchIn(slot.Namespace, InsideLines(slot), cancellationToken));
    }

    /// <summary>Puts the host's ends of living links right again, after the bridge was made anew or somebody changed a port.</summary>
    public async Task Repair(IReadOnlyList<SlotPlan> slots, CancellationToken cancellationToken)
    {
        var present = slots.Where(s => HasLink(s.Veth)).ToList();
        if (present.Count == 0)
            return;
        await ip.Batch(present.SelectMany(s => PortLines(s).Prepend($"link set dev {s.Veth} master {plan.Bridge}")), cancellationToken);
        await ip.BridgeBatch(present.Select(ForwardingLine), cancellationToken);
    }

    /// <summary>Takes link, namespace and neighbour entry away, whichever of them are there, and then every connection that the kernel remembers of the address: the next pod in the slot must not get an answer meant for this one.</summary>
    public async Task Remove(SlotPlan slot, CancellationToken cancellationToken)
    {
        await RemoveLink(slot, cancellationToken);
        await Task.WhenAll(ForgetNeighbour(slot, cancellationToken), ForgetConnections(slot, cancellationToken));
    }

    /// <summary>Takes link and namespace away, whichever of them are there.</summary>
    public async Task RemoveLink(SlotPlan slot, CancellationToken cancellationToken)
    {
        // The link by itself first: that is done when the call returns, while a namespace is taken apart some time after its name is gone.
        await Delete(() => HasLink(slot.Veth), $"link delete dev {slot.Veth}", cancellationToken);
        await Delete(() => File.Exists(slot.NamespacePath), $"netns delete {slot.Namespace}", cancellationToken);
    }

    /// <summary>Ends every connection that the kernel remembers of the slot's address.</summary>
    public Task ForgetConnections(SlotPlan slot, CancellationToken cancellationToken) =>
        Task.WhenAll(ForgetConnections("--src", slot, cancellationToken), ForgetConnections("--dst", slot, cancellationToken));

    /// <summary>Slots of which there is a link or a namespace.</summary>
    public IReadOnlyList<int> Slots()
    {
        var links = Directory.EnumerateFileSystemEntries("/sys/class/net").Select(Path.GetFileName).OfType<string>()
            .Select(name => HasLink(name) ? plan.SlotOfVeth(name) : null);
        var namespaces = Directory.Exists("/run/netns")
            ? Directory.EnumerateFileSystemEntries("/run/netns").Select(Path.GetFileName).OfType<string>().Select(plan.SlotOfNamespace)
            : [];
        return [.. links.Concat(namespaces).OfType<int>().Distinct().Order()];
    }

    // Isolated ports cannot talk to each other. Nothing is learnt and nothing flooded: where a pod is follows from its slot, and a pod
    // hears nothing that is not for it (a stray frame would thaw it).
    private IEnumerable<string> PortLines(SlotPlan slot) =>
    [
        $"link set dev {slot.Veth} addrgenmode none type bridge_slave isolated on learning off flood off mcast_flood off bcast_flood off",
        $"link set dev {slot.Veth} up",
        $"neigh replace {slot.Address} lladdr {slot.Mac} dev {plan.Bridge} nud permanent",
    ];

    // /32 and a route by way of the gateway: a reach for a neighbour goes to the host's rules, which refuse it at once, instead of waiting
    // for an ARP answer that never comes. IPv6 stays on lo (programs that listen on "localhost" may mean ::1); eth0 gets no address of it,
    // and the bridge's table passes no frame of it.
    private IEnumerable<string> InsideLines(SlotPlan slot) =>
    [
        "link set dev lo up",
        "link set dev eth0 addrgenmode none",
        $"addr add {slot.Address}/32 dev eth0",
        "link set dev eth0 up",
        $"neigh replace {plan.Gateway} lladdr {plan.BridgeMac} dev eth0 nud permanent",
        $"route add {plan.Gateway} dev eth0 scope link",
        $"route add default via {plan.Gateway} dev eth0",
    ];

    private static string ForwardingLine(SlotPlan slot) => $"fdb replace {slot.Mac} dev {slot.Veth} master static";

    // A link of the right name that is a port of another bridge is somebody else's. One without a bridge lost it: podd makes its links as ports.
    private bool HasLink(string name) =>
        Directory.Exists($"/sys/class/net/{name}")
        && (new FileInfo($"/sys/class/net/{name}/master").LinkTarget is not { } master || string.Equals(Path.GetFileName(master), plan.Bridge, StringComparison.Ordinal));

    private async Task Delete(Func<bool> exists, string line, CancellationToken cancellationToken)
    {
        if (!exists())
            return;
        try
        {
            await ip.Batch([line], cancellationToken);
        }
        catch (HostCommandException) when (!exists())
        {
            // Somebody else was faster: it is gone, which is what was asked for.
        }
    }

    // Made first, since one can only delete what exists.
    private Task ForgetNeighbour(SlotPlan slot, CancellationToken cancellationToken) =>
        Directory.Exists($"/sys/class/net/{plan.Bridge}")
            ? ip.Batch([$"neigh replace {slot.Address} lladdr {slot.Mac} dev {plan.Bridge} nud permanent", $"neigh delete {slot.Address} dev {plan.Bridge}"], cancellationToken)
            : Task.CompletedTask;

    private async Task ForgetConnections(string side, SlotPlan slot, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // Exit code 1 is also how it says that there were none.
            var result = await commands.Run("conntrack", ["--delete", "--family", "ipv4", side, slot.Address], allow: [1], cancellationToken: cancellationToken);
            if (result.ExitCode == 0 || result.Stderr.Contains("0 flow entries", StringComparison.Ordinal))
                return;
            // It lists them, deletes one after the other, and gives up at the first that has ended by itself meanwhile: the others are still there.
            if (attempt == Forgettings || !result.Stderr.Contains("such conntrack doesn't exist", StringComparison.Ordinal))
                throw new InvalidOperationException($"cannot forget the connections of {slot.Address}: {result.Stderr.Trim()}");
        }
    }
}
