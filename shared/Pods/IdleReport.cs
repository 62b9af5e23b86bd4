namespace Pinacle.Contracts;

/// <summary>Why a pod is awake or not, in words that a page can show.</summary>
/// <param name="State">Where it is on the ladder.</param>
/// <param name="Since">Since when.</param>
/// <param name="Because">A clause: "a request 12 s ago", "pnpm build is using 0.8 CPU", "kept awake until 18:30 UTC".</param>
/// <param name="SleepsAt">When it will sleep if nothing happens; null = never, or not known.</param>
/// <param name="AwakeUntil">Until when somebody keeps it awake (<see cref="KeepAwakeSpec"/>); null without such a lease.</param>
public sealed record IdleReport(IdleState State, DateTimeOffset Since, string Because, DateTimeOffset? SleepsAt = null, DateTimeOffset? AwakeUntil = null);
