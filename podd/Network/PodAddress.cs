namespace Pinacle.Podd.Network;

/// <summary>Where an attached pod is on the network.</summary>
/// <param name="Address">IPv4 address of <c>eth0</c>.</param>
/// <param name="Mac">Hardware address of <c>eth0</c>, lower case with colons.</param>
/// <param name="NamespacePath">File that names the network namespace; fresh with every attach, since runsc takes the address off the interface.</param>
/// <param name="Gateway">The bridge's address; podd's own connections into the pod come from it.</param>
/// <param name="Resolver">What the pod's <c>resolv.conf</c> names; the broker listens there too.</param>
/// <param name="Slot">The number that all of this follows from.</param>
public sealed record PodAddress(string Address, string Mac, string NamespacePath, string Gateway, string Resolver, int Slot);
