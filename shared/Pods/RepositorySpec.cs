namespace Pinacle.Contracts;

/// <summary>A git repository to clone.</summary>
/// <param name="Url">An <c>https</c>, <c>http</c>, <c>ssh</c> or <c>git</c> URL without credentials.</param>
/// <param name="Branch">A branch or tag; null for the repository's default branch.</param>
public sealed record RepositorySpec(string Url, string? Branch = null);
