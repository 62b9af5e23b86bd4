namespace Pinacle.Contracts;

/// <summary>One step of a setup: a shell command line, run by <c>bash -lc</c> (<c>sh -c</c> where the image has no bash) as the pod's user.</summary>
/// <param name="Name">A word for the log: <c>install</c>.</param>
/// <param name="Run">The command line.</param>
/// <param name="Directory">Relative to the workspace; null for the workspace itself.</param>
/// <param name="TimeoutSeconds">After this the step is ended and has failed. Default 1,800.</param>
public sealed record SetupStep(string Name, string Run, string? Directory = null, int TimeoutSeconds = 1800);
