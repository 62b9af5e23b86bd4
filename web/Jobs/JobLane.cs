using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Jobs;

/// <summary>Jobs of one pod and lane run one after the other; an upload never holds up a stop.</summary>
[JsonConverter(typeof(KebabCase<JobLane>))]
public enum JobLane
{
    /// <summary>Makes, starts, stops, removes.</summary>
    Power,

    /// <summary>Moves bytes.</summary>
    Transfer,
}
