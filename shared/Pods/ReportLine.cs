using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>One line of <c>GET /v1/reports</c>: exactly one member is set. First the host and every pod, then <see cref="Complete"/>, then each change; a heartbeat every 5 s.</summary>
public sealed record ReportLine
{
    /// <summary>A pod as it is now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PodReport? Pod { get; init; }

    /// <summary>The id of a pod that is no longer on this host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Removed { get; init; }

    /// <summary>The host as it is now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HostReport? Host { get; init; }

    /// <summary>True once, when every pod of the host has been sent: what was not named is not there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Complete { get; init; }

    /// <summary>The host's time; sent every 5 s.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Heartbeat { get; init; }
}
