namespace Pinacle.Contracts;

/// <summary>How often a host brought back pods that were asleep, since its podd started.</summary>
/// <param name="Warm">With their processes.</param>
/// <param name="Cold">From their files, for whatever reason; also when that turned out after a warm one.</param>
public sealed record WakeCounts(long Warm, long Cold);
