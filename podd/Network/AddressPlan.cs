using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;

namespace Pinacle.Podd.Network;

/// <summary>What follows from the options and a slot number: every name and address of this podd in the kernel.</summary>
public sealed class AddressPlan
{
    private readonly string _instance;
    private readonly uint _first;

    public AddressPlan(IOptions<NetworkOptions> options)
    {
        var value = options.Value;
        if (!Cidr.TryParse(value.Subnet, out var subnet))
            throw new ArgumentException($"cannot use subnet {value.Subnet}: not an IPv4 network", nameof(options));
        _instance = value.Instance;
        Bridge = value.Bridge;
        Subnet = subnet;
        Resolver = value.Resolver;
        Table = $"podd_{value.Instance}";
        _first = Cidr.ToNumber(subnet.BaseAddress) + 1;
        Gateway = Cidr.ToAddress(_first);
        BridgeMac = MacOf(Gateway);
        // Without the network's own address, the bridge's and the broadcast address.
        Slots = (int)(1L << (32 - subnet.PrefixLength)) - 3;
    }

    public string Bridge { get; }

    /// <summary>Hardware address of the bridge. It is set, never inherited from a port, so that permanent neighbour entries stay right; and it follows from the subnet, so that it is this podd's alone.</summary>
    public string BridgeMac { get; }

    public IPAddress Gateway { get; }

    public string Resolver { get; }

    public IPNetwork Subnet { get; }

    /// <summary>Name of the nft tables, one in family <c>inet</c> and one in <c>bridge</c>.</summary>
    public string Table { get; }

    /// <summary>How many slots there are: 0 to <c>Slots - 1</c>.</summary>
    public int Slots { get; }

    /// <summary>Names and addresses of a slot.</summary>
    public SlotPlan At(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, Slots);
        var address = Cidr.ToAddress(_first + 1 + (uint)slot);
        return new SlotPlan(slot, $"{_instance}{slot}", $"{_instance}-{slot}", address.ToString(), MacOf(address));
    }

    /// <summary>The slot that a veth's name stands for; null when the name is not exactly one of this podd's.</summary>
    public int? SlotOfVeth(string name) => SlotAfter(_instance, name);

    /// <summary>The slot that a namespace's name stands for; null when the name is not exactly one of this podd's.</summary>
    public int? SlotOfNamespace(string name) => SlotAfter($"{_instance}-", name);

    private int? SlotAfter(string prefix, string name) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
        && slot < Slots
        && string.Equals(name, $"{prefix}{slot}", StringComparison.Ordinal)
            ? slot
            : null;

    // 02: locally administered, so no vendor has it. The address makes it unique on the machine.
    private static string MacOf(IPAddress address) =>
        string.Create(CultureInfo.InvariantCulture, $"02:70:{string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))}");
}
