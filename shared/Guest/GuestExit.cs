namespace Pinacle.Contracts;

/// <summary>How a command ended.</summary>
/// <param name="Code">128 + n for an end by signal n.</param>
/// <param name="TimedOut">True when the guest ended it because its time was over.</param>
public sealed record GuestExit(int Code, bool TimedOut = false);
