namespace Pinacle.Podd.Pods;

/// <summary>A pod's record that cannot be read.</summary>
/// <param name="Id">The pod's id, by the name of its folder.</param>
/// <param name="Reason">What is wrong with it: "it is empty".</param>
public sealed record UnreadableRecord(string Id, string Reason);
