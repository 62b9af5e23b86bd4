namespace Pinacle.Podd.Storage;

/// <summary>Something about the pool that the operator should see to.</summary>
/// <param name="Kind">The same for as long as it is the same trouble, whatever its numbers.</param>
/// <param name="Sentence">What it is, and what to do.</param>
/// <param name="Refuses">True when no pod is made because of it.</param>
public sealed record PoolAlert(string Kind, string Sentence, bool Refuses = false);
