using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>What people want of a pod; what it is stands in <see cref="Pod.Status"/>.</summary>
[JsonConverter(typeof(KebabCase<PodIntent>))]
public enum PodIntent
{
    /// <summary>Up, or asleep until somebody comes.</summary>
    Running,

    /// <summary>Files only.</summary>
    Stopped,

    /// <summary>Gone.</summary>
    Deleted,
}
