using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>Where a running pod is on the ladder.</summary>
[JsonConverter(typeof(KebabCase<IdleState>))]
public enum IdleState
{
    /// <summary>Something used the pod within the last minute.</summary>
    Active,

    /// <summary>Nothing uses it.</summary>
    Idle,

    /// <summary>Nothing uses it and its processes stand still.</summary>
    Frozen,
}
