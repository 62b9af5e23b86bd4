using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Hosts;

/// <summary>What has become of a join token.</summary>
[JsonConverter(typeof(KebabCase<JoinTokenState>))]
public enum JoinTokenState
{
    /// <summary>A host may still use it.</summary>
    Waiting,

    /// <summary>A host has.</summary>
    Used,

    /// <summary>Its time is over.</summary>
    Expired,
}
