namespace Pinacle.Contracts;

/// <summary>How a command in a pod ended.</summary>
/// <param name="ExitCode">128 + n for an end by signal n.</param>
/// <param name="Stdout">At most 1 MiB; what is over is dropped and <paramref name="Truncated"/> set. Bytes that are not UTF-8 are replaced.</param>
/// <param name="Stderr">The same.</param>
/// <param name="Truncated">True when output was dropped.</param>
/// <param name="TimedOut">True when the command was ended because its time was over.</param>
public sealed record ExecResult(int ExitCode, string Stdout, string Stderr, bool Truncated = false, bool TimedOut = false);
