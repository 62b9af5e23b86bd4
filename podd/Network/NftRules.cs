using System.Net;
using Pinacle.Contracts;

namespace Pinacle.Podd.Network;

/// <summary>What a pod may send and receive, as nft scripts. Only checked names and addresses are put in: nothing that a pod or a person wrote.</summary>
internal sealed class NftRules(AddressPlan plan, NetworkOptions options)
{
    private string Inet => $"inet {plan.Table}";

    private string Link => $"bridge {plan.Table}";

    /// <summary>Both tables without a slot in them. Sets that others fill (<c>sent</c>, <c>connections</c>) keep what they hold.</summary>
    public string Tables() =>
        $$"""
        add table {{Link}}
        add set {{Link}} ports { type ifname; }
        add set {{Link}} pods { type ifname . ether_addr . ipv4_addr; }
        add chain {{Link}} incoming { type filter hook prerouting priority dstnat; policy accept; }
        add chain {{Link}} from_pod
        flush table {{Link}}
        flush set {{Link}} ports
        flush set {{Link}} pods
        # Whatever is addressed to this bridge comes from a known pod, also on a port that is not in the set.
        add rule {{Link}} incoming ether daddr {{plan.BridgeMac}} jump from_pod
        add rule {{Link}} incoming iifname @ports jump from_pod
        # A pod sends IPv4 to the bridge and asks for the bridge by ARP, in its own name; it sends nothing else, IPv6 and multicast included.
        # By the frame's own type: the kernel takes a VLAN tag off, and the rest would match "ip" all the same.
        add rule {{Link}} from_pod ether type != { ip, arp } drop
        add rule {{Link}} from_pod ether daddr {{plan.BridgeMac}} iifname . ether saddr . ip saddr @pods accept
        add rule {{Link}} from_pod ether daddr { {{plan.BridgeMac}}, ff:ff:ff:ff:ff:ff } arp operation { request, reply } arp daddr ip {{plan.Gateway}} iifname . ether saddr . arp saddr ip @pods iifname . arp saddr ether . arp saddr ip @pods accept
        add rule {{Link}} from_pod drop

        add table {{Inet}}
        add set {{Inet}} pods { type ipv4_addr . ether_addr; }
        add set {{Inet}} allow { type ipv4_addr; flags interval; }
        add set {{Inet}} deny { type ipv4_addr; flags interval; }
        add set {{Inet}} sent { type ipv4_addr; flags interval; }
        add set {{Inet}} special { type ipv4_addr; flags interval; }
        add set {{Inet}} hung { type ipv4_addr; }
        add set {{Inet}} connections { type ipv4_addr; size 65535; flags dynamic; }
        add chain {{Inet}} input { type filter hook input priority filter - 10; policy accept; }
        add chain {{Inet}} forward { type filter hook forward priority filter - 10; policy accept; }
        add chain {{Inet}} output { type filter hook output priority filter - 10; policy accept; }
        add chain {{Inet}} postrouting { type nat hook postrouting priority srcnat; policy accept; }
        add chain {{Inet}} pod_to_host
        add chain {{Inet}} pod_to_world
        add chain {{Inet}} world_to_pod
        add chain {{Inet}} host_to_pod
        add chain {{Inet}} own
        add chain {{Inet}} limited
        add chain {{Inet}} refused
        add chain {{Inet}} hung_up
        flush table {{Inet}}
        flush set {{Inet}} pods
        flush set {{Inet}} allow
        flush set {{Inet}} deny
        flush set {{Inet}} special
        flush set {{Inet}} hung
        add rule {{Inet}} input iifname {{plan.Bridge}} jump pod_to_host
        add rule {{Inet}} forward iifname {{plan.Bridge}} jump pod_to_world
        add rule {{Inet}} forward oifname {{plan.Bridge}} jump world_to_pod
        add rule {{Inet}} output oifname {{plan.Bridge}} jump host_to_pod
        add rule {{Inet}} postrouting ip saddr {{plan.Subnet}} oifname != {{plan.Bridge}} masquerade

        add rule {{Inet}} own meta nfproto != ipv4 drop
        add rule {{Inet}} own ip saddr . ether saddr != @pods drop
        add rule {{Inet}} own ct state invalid drop

        # pod → host: names and the broker, nothing else at any address of the host.
        add rule {{Inet}} pod_to_host jump own
        add rule {{Inet}} pod_to_host ip saddr @hung tcp sport != {{GuestProtocol.Port}} jump hung_up
        add rule {{Inet}} pod_to_host ct state established,related accept
        add rule {{Inet}} pod_to_host ip daddr {{plan.Resolver}} udp dport 53 goto limited
        add rule {{Inet}} pod_to_host ip daddr {{plan.Resolver}} tcp dport { 53, {{options.BrokerPort}} } goto limited
        add rule {{Inet}} pod_to_host goto refused

        # pod → elsewhere. Denied comes before established: a new entry also ends what is under way.
        add rule {{Inet}} pod_to_world jump own
        add rule {{Inet}} pod_to_world ip saddr @hung jump hung_up
        add rule {{Inet}} pod_to_world oifname {{plan.Bridge}} goto refused
        add rule {{Inet}} pod_to_world ip daddr @deny goto refused
        add rule {{Inet}} pod_to_world ip daddr @sent goto refused
        add rule {{Inet}} pod_to_world ct state established,related accept
        add rule {{Inet}} pod_to_world ip daddr @allow goto limited
        add rule {{Inet}} pod_to_world ip daddr @special goto refused
        add rule {{Inet}} pod_to_world tcp dport 25 goto refused
        add rule {{Inet}} pod_to_world goto limited

        # A pod that is about to sleep: what it dials waits until podd refuses it, and no peer is heard any more. What it has said goes out, so that
        # its peers know how far it came, and take the end of the connection for what it is.
        add rule {{Inet}} hung_up tcp flags & (syn | ack) == syn drop
        add rule {{Inet}} world_to_pod ip daddr @hung meta l4proto tcp drop
        add rule {{Inet}} world_to_pod ct state established,related accept
        add rule {{Inet}} world_to_pod drop

        # host → pod: podd's own sockets. The kernel's answers (resets, ICMP errors) are related.
        add rule {{Inet}} host_to_pod ct state established,related accept
        add rule {{Inet}} host_to_pod ip saddr {{plan.Gateway}} meta skuid 0 accept
        add rule {{Inet}} host_to_pod goto refused

        add rule {{Inet}} limited ct state new add @connections { ip saddr ct count over {{options.ConnectionLimit}} } goto refused
        add rule {{Inet}} limited accept
        # People in a pod see at once that they may not.
        add rule {{Inet}} refused meta l4proto tcp reject with tcp reset
        add rule {{Inet}} refused reject with icmpx type admin-prohibited

        {{Elements("special", SpecialNetworks.All)}}
        {{Elements("allow", options.Allow)}}
        {{Elements("deny", options.Deny)}}

        """;

    /// <summary>Makes sure that neither table is there: one can only delete what exists, so each is made first.</summary>
    public string Absent() =>
        $"""
        add table {Link}
        delete table {Link}
        add table {Inet}
        delete table {Inet}

        """;

    /// <summary>The elements of a slot.</summary>
    public string Add(SlotPlan slot) => OnSlot("add", slot);

    /// <summary>Takes the elements of a slot out, and what its connections counted for. Added first, since one can only delete what exists.</summary>
    public string Remove(SlotPlan slot) =>
        OnSlot("add", slot) + OnSlot("delete", slot) + PickUp(slot) +
        $$"""
        add element {{Inet}} connections { {{slot.Address}} }
        delete element {{Inet}} connections { {{slot.Address}} }

        """;

    /// <summary>Cuts a slot's TCP off from everything but podd's talk with the guest.</summary>
    public string HangUp(SlotPlan slot) => $"add element {Inet} hung {{ {slot.Address} }}\n";

    /// <summary>The opposite; not cut off is not an error.</summary>
    public string PickUp(SlotPlan slot) => HangUp(slot) + $"delete element {Inet} hung {{ {slot.Address} }}\n";

    /// <summary>Replaces what web denied.</summary>
    public string Deny(IReadOnlyList<IPNetwork> networks) =>
        $"""
        flush set {Inet} sent
        {Elements("sent", networks)}

        """;

    private string OnSlot(string verb, SlotPlan slot) =>
        $$"""
        {{verb}} element {{Link}} ports { "{{slot.Veth}}" }
        {{verb}} element {{Link}} pods { "{{slot.Veth}}" . {{slot.Mac}} . {{slot.Address}} }
        {{verb}} element {{Inet}} pods { {{slot.Address}} . {{slot.Mac}} }

        """;

    private string Elements(string set, IEnumerable<string> cidrs) =>
        Elements(set, cidrs.Select(text => Cidr.TryParse(text, out var network) ? network : throw new FormatException($"cannot use '{text}' as an IPv4 network")));

    private string Elements(string set, IEnumerable<IPNetwork> networks)
    {
        var disjoint = Cidr.Disjoint(networks);
        return disjoint.Count == 0 ? "" : $"add element {Inet} {set} {{ {string.Join(", ", disjoint)} }}";
    }
}
