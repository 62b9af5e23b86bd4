using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Jobs;

/// <summary>How far a job is.</summary>
[JsonConverter(typeof(KebabCase<JobState>))]
public enum JobState
{
    /// <summary>Waits for its time and a worker.</summary>
    Ready,

    /// <summary>A worker has it, until its lease ends.</summary>
    Claimed,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Given up after its last attempt.</summary>
    Failed,

    /// <summary>No longer wanted.</summary>
    Cancelled,
}
