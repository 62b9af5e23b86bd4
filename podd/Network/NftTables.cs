using System.Net;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Network;

/// <summary>This podd's two nftables tables. What pods may do is in <see cref="NftRules"/>; this brings it into the kernel, always in one transaction, and touches no table of others.</summary>
public sealed class NftTables(HostCommand commands, AddressPlan plan, IOptions<NetworkOptions> options)
{
    private readonly NftRules _rules = new(plan, options.Value);

    /// <summary>Makes both tables, or their rules anew, with exactly these slots in them. Packets find either the old rules or the new ones; connections live on, and so does what web denied.</summary>
    public async Task Ensure(IReadOnlyList<SlotPlan> slots, CancellationToken cancellationToken)
    {
        var script = _rules.Tables() + string.Concat(slots.Select(_rules.Add));
        try
        {
            await Load(script, cancellationToken);
        }
        catch (HostCommandException)
        {
            // A table of an earlier version whose sets have another shape cannot be changed, only replaced.
            await Load(_rules.Absent() + script, cancellationToken);
        }
    }

    /// <summary>Lets a slot's packets in.</summary>
    public Task Add(SlotPlan slot, CancellationToken cancellationToken) => Load(_rules.Add(slot), cancellationToken);

    /// <summary>Takes a slot's elements out, whichever are there.</summary>
    public Task Remove(SlotPlan slot, CancellationToken cancellationToken) => Load(_rules.Remove(slot), cancellationToken);

    /// <summary>Cuts a slot's TCP off, but for podd's talk with the guest.</summary>
    public Task HangUp(SlotPlan slot, CancellationToken cancellationToken) => Load(_rules.HangUp(slot), cancellationToken);

    /// <summary>The opposite; not cut off is not an error.</summary>
    public Task PickUp(SlotPlan slot, CancellationToken cancellationToken) => Load(_rules.PickUp(slot), cancellationToken);

    /// <summary>Replaces the list that web sent.</summary>
    public Task SetDeny(IReadOnlyList<IPNetwork> networks, CancellationToken cancellationToken) => Load(_rules.Deny(networks), cancellationToken);

    /// <summary>Takes both tables away, whether they are there or not.</summary>
    public Task Remove(CancellationToken cancellationToken) => Load(_rules.Absent(), cancellationToken);

    private Task<HostCommandResult> Load(string script, CancellationToken cancellationToken) =>
        commands.Run("nft", ["--file", "-"], input: script, cancellationToken: cancellationToken);
}
