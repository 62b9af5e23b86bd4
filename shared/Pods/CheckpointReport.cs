namespace Pinacle.Contracts;

/// <summary>The memory of an asleep pod, kept on its host.</summary>
/// <param name="TakenAt">When.</param>
/// <param name="Bytes">Size on the host's disk.</param>
public sealed record CheckpointReport(DateTimeOffset TakenAt, long Bytes);
