namespace Pinacle.Contracts;

/// <summary>The end of a <see cref="GuestAct.GitDiff"/>.</summary>
/// <param name="Truncated">True when there is more than was sent.</param>
public sealed record GitDiffEnd(bool Truncated);
