using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>One thing that happened in a run of setup steps; kept on the pod's disk so that a caller that comes back misses nothing.</summary>
public sealed record GuestSetupEvent
{
    /// <summary>Number within the run, from 1.</summary>
    public required int Seq { get; init; }

    /// <summary>Which step; null on the last event.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }

    /// <summary><see cref="ProgressKind.Begin"/>, <see cref="ProgressKind.Output"/>, <see cref="ProgressKind.End"/>, <see cref="ProgressKind.Fail"/>; <see cref="ProgressKind.Done"/> ends the run.</summary>
    public required ProgressKind Kind { get; init; }

    /// <summary>A line of output (at most 4 KiB), or why a step failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>How long the step took.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>On <see cref="ProgressKind.Fail"/> and on a failed run's last event: what kind of failure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Fault? Fault { get; init; }

    /// <summary>The pod's time.</summary>
    public required DateTimeOffset At { get; init; }
}
