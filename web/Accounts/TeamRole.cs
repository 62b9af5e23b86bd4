using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Accounts;

/// <summary>What a person is in a team.</summary>
[JsonConverter(typeof(KebabCase<TeamRole>))]
public enum TeamRole
{
    /// <summary>Uses the team's pods.</summary>
    Member,

    /// <summary>Also decides about them.</summary>
    Owner,
}
