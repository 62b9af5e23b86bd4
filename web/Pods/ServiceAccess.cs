using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>Who may open a service's URL.</summary>
[JsonConverter(typeof(KebabCase<ServiceAccess>))]
public enum ServiceAccess
{
    /// <summary>The pod's owner, and the team of a team's pod.</summary>
    Private,

    /// <summary>Everybody in the pod's team.</summary>
    Team,

    /// <summary>Everybody.</summary>
    Public,
}
