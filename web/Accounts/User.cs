namespace Pinacle.Web.Accounts;

/// <summary>A person. The slug is part of every URL of their pods and never changes.</summary>
public sealed class User
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Slug { get; init; }

    public string? Email { get; set; }

    public long? GithubId { get; set; }

    public string? GithubUsername { get; set; }

    public bool IsOperator { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
