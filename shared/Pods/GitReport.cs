namespace Pinacle.Contracts;

/// <summary>The state of the workspace's repository.</summary>
/// <param name="Branch">Null when detached or without a repository.</param>
/// <param name="Commit">Full hash of HEAD; null before the first commit.</param>
/// <param name="Changes">Lines of <c>git status --porcelain=v2</c>, at most 1,000.</param>
public sealed record GitReport(string? Branch, string? Commit, IReadOnlyList<string> Changes);
