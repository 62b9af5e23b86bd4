namespace Pinacle.Podd.Pods;

/// <summary>The memory of an asleep pod, and what it can only be brought back with.</summary>
/// <param name="TakenAt">When.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Runsc">SHA-256 of the runsc that wrote it.</param>
/// <param name="Guest">SHA-256 of the guest that is in it.</param>
/// <param name="Processor"><see cref="Linux.Processor.Hash"/>.</param>
/// <param name="Cores">What the pod used before: by that a spin after the wake is known.</param>
/// <param name="Answering">Ports that reacted to the guest's probe before: by that a deaf one after the wake is known.</param>
public sealed record CheckpointRecord(DateTimeOffset TakenAt, long Bytes, string Runsc, string Guest, string Processor, double Cores = 0, IReadOnlyList<int>? Answering = null);
