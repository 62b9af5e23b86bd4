using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Network;

/// <summary>The network of this podd's pods: bridge, namespaces, links and packet rules. The kernel is the only record of what is there; every name and address follows from a pod's slot.</summary>
public sealed partial class PodNetwork(Bridge bridge, PodLink links, NftTables tables, AddressPlan plan, ILogger<PodNetwork> logger) : IDisposable
{
    // Of what is not an entry, as much is repeated to who sent it.
    private const int LongestEntry = 64;

    // The kernel does these one after the other anyway (rtnl lock), and Ensure must not sweep out what an Attach is just making.
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Makes bridge and tables, or puts right what somebody changed of them, with every slot that is there. Cheap enough to repeat at any time; no packet of a pod is lost by it.</summary>
    public Task Ensure(CancellationToken cancellationToken) => Alone(
        async () =>
        {
            await bridge.Ensure(cancellationToken);
            var slots = links.Slots().Select(plan.At).ToList();
            await tables.Ensure(slots, cancellationToken);
            await links.Repair(slots, cancellationToken);
        },
        cancellationToken);

    /// <summary>Gives a slot a fresh namespace with a link to the bridge, in place of whatever the slot had. If it fails, nothing is left.</summary>
    public async Task<PodAddress> Attach(string podId, int slot, CancellationToken cancellationToken)
    {
        var names = plan.At(slot);
        await Alone(() => Attach(podId, names, cancellationToken), cancellationToken);
        return new PodAddress(names.Address, names.Mac, names.NamespacePath, plan.Gateway.ToString(), plan.Resolver, slot);
    }

    /// <summary>Takes everything of a slot away, whichever parts are there.</summary>
    public Task Detach(int slot, CancellationToken cancellationToken) => Alone(() => Detach(plan.At(slot), cancellationToken), cancellationToken);

    /// <summary>Cuts a slot's TCP off from everything but podd's talk with the guest, until <see cref="PickUp"/> or <see cref="Detach(int, CancellationToken)"/>: what the pod dials is refused at once, and nobody's words reach it.</summary>
    public Task HangUp(int slot, CancellationToken cancellationToken) => Alone(() => tables.HangUp(plan.At(slot), cancellationToken), cancellationToken);

    /// <summary>Lets a slot speak again; one that may already is not an error.</summary>
    public Task PickUp(int slot, CancellationToken cancellationToken) => Alone(() => tables.PickUp(plan.At(slot), cancellationToken), cancellationToken);

    /// <summary>The slots of which the kernel has a link or a namespace.</summary>
    public Task<IReadOnlyList<int>> Slots(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(links.Slots());
    }

    /// <summary>Replaces the addresses that web says no pod may reach (single ones or CIDRs). What is under way to them ends too. The kernel keeps the list until its next boot.</summary>
    /// <exception cref="FaultException">An entry is not an address or a network; nothing was changed.</exception>
    public Task SetDeny(IReadOnlyList<string> cidrs, CancellationToken cancellationToken)
    {
        var networks = new List<IPNetwork>();
        foreach (var entry in cidrs)
        {
            if (entry is not null && Cidr.TryParse(entry, out var network))
                networks.Add(network);
            else if (!IsIpv6(entry))
                throw new FaultException(FaultKind.Invalid, $"cannot deny '{(entry?.Length > LongestEntry ? entry[..LongestEntry] : entry)}': not an address or a network");
            // An IPv6 one needs no rule: pods have no IPv6.
        }

        return Alone(() => tables.SetDeny(networks, cancellationToken), cancellationToken);
    }

    /// <summary>Takes everything of this podd away: for its removal from a host.</summary>
    public Task Remove(CancellationToken cancellationToken) => Alone(
        async () =>
        {
            foreach (var slot in links.Slots())
                await links.Remove(plan.At(slot), cancellationToken);
            await bridge.Remove(cancellationToken);
            await tables.Remove(cancellationToken);
        },
        cancellationToken);

    public void Dispose() => _gate.Dispose();

    // IPv4 in a form that Cidr does not read (octal, hexadecimal) is none: it would be taken, and denied to nobody.
    private static bool IsIpv6(string? entry) =>
        (IPNetwork.TryParse(entry, out var network) && network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6)
        || (IPAddress.TryParse(entry, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6);

    private async Task Attach(string podId, SlotPlan slot, CancellationToken cancellationToken)
    {
        var undo = new Undo(logger, podId);
        try
        {
            undo.Push($"detach the network in slot {slot.Slot}", token => Detach(slot, token));
            await links.RemoveLink(slot, cancellationToken);
            await Task.WhenAll(links.ForgetConnections(slot, cancellationToken), Make(slot, cancellationToken));
            undo.Clear();
            Log.Attached(logger, podId, slot.Namespace, slot.Address);
        }
        catch (HostCommandException error)
        {
            throw new InvalidOperationException($"cannot attach pod {podId} to the network in slot {slot.Slot}: {error.Stderr.Trim()}", error);
        }
        finally
        {
            await undo.Run();
        }
    }

    private async Task Make(SlotPlan slot, CancellationToken cancellationToken)
    {
        // Rules before the link: there is no moment in which it could send unseen.
        await tables.Add(slot, cancellationToken);
        await links.Create(slot, cancellationToken);
    }

    private async Task Detach(SlotPlan slot, CancellationToken cancellationToken)
    {
        await links.Remove(slot, cancellationToken);
        await tables.Remove(slot, cancellationToken);
    }

    private async Task Alone(Func<Task> act, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await act();
        }
        finally
        {
            _gate.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "attached pod {Pod} to the network: {Namespace}, {Address}")]
        public static partial void Attached(ILogger logger, string pod, string @namespace, string address);
    }
}
