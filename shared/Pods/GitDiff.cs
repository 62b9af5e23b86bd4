namespace Pinacle.Contracts;

/// <summary>What the workspace's tracked files differ from the last commit.</summary>
/// <param name="Text">As <c>git diff HEAD</c> prints it, at most 1 MiB; bytes that are not UTF-8 are replaced. Empty without a repository or a commit.</param>
/// <param name="Truncated">True when there is more.</param>
public sealed record GitDiff(string Text, bool Truncated);
