namespace Pinacle.Podd.Commands;

/// <summary>What a program printed, and how it ended.</summary>
public sealed record HostCommandResult(int ExitCode, string Stdout, string Stderr);
