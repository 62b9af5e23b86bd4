namespace Pinacle.Web.Accounts;

/// <summary>People who share pods.</summary>
public sealed class Team
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    public required Guid OwnerId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
