using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>One line of the NDJSON that a long act of podd streams. The last line has <see cref="Done"/> and either a report or a fault.</summary>
public sealed record ProgressLine
{
    /// <summary>Number of the line within <see cref="Run"/>, from 1. A caller that joins again gets the lines from the start and knows by run and number what it has.</summary>
    public int Seq { get; init; }

    /// <summary>Names the run of the act, so that two runs are not mixed: unique per pod.</summary>
    public string Run { get; set; } = "";

    /// <summary>What is being done: <c>network</c>, <c>disk</c>, <c>boot</c>, <c>clone</c>, <c>install</c>; null on the last line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }

    /// <summary>What this line says about the step.</summary>
    public ProgressKind Kind { get; init; }

    /// <summary>For a person; for <see cref="ProgressKind.Output"/> one line of the step's output, at most 4 KiB, control characters removed except colours.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>How long the step took, in seconds; set when it ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>True on the last line only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Done { get; init; }

    /// <summary>The pod after the act; on the last line of an act that succeeded (null after a delete).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PodReport? Report { get; init; }

    /// <summary>Why the act failed; on the last line of one that did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Fault? Fault { get; init; }
}
