using Pinacle.Podd.Commands;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>Whether packet rules can be made, and whether those of others (Docker, ufw) are in the pods' way.</summary>
internal sealed class FirewallCheck(HostCommand command, ForeignFirewall foreign) : IHostCheck
{
    // What podd's own tables are made of; with --check the kernel looks at it and keeps none of it.
    private const string Probe = """
        table inet podd_check {
            chain forward { type filter hook forward priority filter; policy accept; meta l4proto tcp ct state established accept; }
            chain out { type nat hook postrouting priority srcnat; policy accept; ip saddr 192.0.2.0/24 masquerade; }
        }
        table bridge podd_check {
            chain forward { type filter hook forward priority filter; policy accept; ether type ip accept; }
        }

        """;

    public string Name => "firewall";

    public async Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken)
    {
        try
        {
            await command.Run("nft", ["--check", "--file", "-"], input: Probe, cancellationToken: cancellationToken);
        }
        catch (HostCommandException error)
        {
            return [Finding.Fail($"nftables cannot be used: {error.Stderr.Trim().Split('\n')[0]}", "apt-get install nftables, as root, on a kernel with nf_tables and its bridge family")];
        }
        var complaints = await foreign.Complaints(cancellationToken);
        return complaints.Count == 0
            ? [Finding.Ok("nftables works, and nobody else's rules are in the pods' way")]
            : [.. complaints.Select(complaint => Finding.Fail(complaint.What, complaint.Remedy))];
    }
}
