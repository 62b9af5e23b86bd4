using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>The guest's answer to a <see cref="GuestCall"/>: a fault, or whatever the act gives.</summary>
public sealed record GuestAnswer
{
    /// <summary>Null when the act began.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Fault? Fault { get; init; }

    /// <summary>For <see cref="GuestAct.Status"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestStatus? Status { get; init; }

    /// <summary>For <see cref="GuestAct.ReadFile"/> of a file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FileEntry? File { get; init; }

    /// <summary>For <see cref="GuestAct.ReadFile"/> of a folder.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FileListing? Listing { get; init; }

    /// <summary>For <see cref="GuestAct.Git"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GitReport? Git { get; init; }

    /// <summary>For <see cref="GuestAct.Terminals"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TerminalReport>? Terminals { get; init; }

    /// <summary>For <see cref="GuestAct.Connections"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OutsideConnection>? Connections { get; init; }

    /// <summary>For <see cref="GuestAct.HeldFiles"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HeldFile>? HeldFiles { get; init; }

    /// <summary>For <see cref="GuestAct.Probe"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PortProbe>? Probes { get; init; }
}
