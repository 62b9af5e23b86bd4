namespace Pinacle.Podd.Network;

/// <summary>A packet rule of somebody else's that is in the pods' way.</summary>
/// <param name="What">A sentence that names the chain.</param>
/// <param name="Remedy">The commands that let pods through.</param>
public sealed record FirewallComplaint(string What, string Remedy);
