namespace Pinacle.Contracts;

/// <summary>The steps that run once in a new pod before its services start.</summary>
/// <param name="Attempt">Starts at 1. A higher number than the one that ran makes the steps run again (a person's "retry").</param>
/// <param name="Steps">In order; the first that fails ends the setup. May be empty.</param>
public sealed record SetupSpec(int Attempt, IReadOnlyList<SetupStep> Steps);
