using System.Text.Json.Serialization;
using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>The particulars of a <see cref="PodEvent"/>; what does not apply is left out.</summary>
public sealed record PodEventData
{
    /// <summary>The step: <c>clone</c>, <c>install</c> …</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }

    /// <summary>Of a step: begin, end or fail.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgressKind? Phase { get; init; }

    /// <summary>How long the step took.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>The new state.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PodState? State { get; init; }

    /// <summary>Why an act failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Fault? Fault { get; init; }
}
