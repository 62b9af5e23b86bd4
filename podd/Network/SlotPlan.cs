using System.Globalization;

namespace Pinacle.Podd.Network;

/// <summary>Names and addresses of one slot.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Veth">The host's end of the link, a port of the bridge.</param>
/// <param name="Namespace">Name below <c>/run/netns</c>.</param>
/// <param name="Address">The pod's IPv4 address.</param>
/// <param name="Mac">The pod's hardware address.</param>
public sealed record SlotPlan(int Slot, string Veth, string Namespace, string Address, string Mac)
{
    public string NamespacePath => $"/run/netns/{Namespace}";

    /// <summary>The six bytes of a hardware address.</summary>
    public static byte[] Bytes(string mac) => [.. mac.Split(':').Select(part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
