namespace Pinacle.Web.Accounts;

/// <summary>One person in one team.</summary>
public sealed class TeamMember
{
    public required Guid TeamId { get; init; }

    public required Guid UserId { get; init; }

    public required TeamRole Role { get; set; }
}
