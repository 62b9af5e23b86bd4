using System.Text.Json.Serialization;

namespace Pinacle.Contracts;

/// <summary>The first line of a connection to the guest. Only the members that the act names are set.</summary>
public sealed record GuestCall
{
    /// <summary>The key that the guest was started with; compared in constant time.</summary>
    public required string Key { get; init; }

    /// <summary>What is asked.</summary>
    public required GuestAct Act { get; init; }

    /// <summary>For <see cref="GuestAct.Configure"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestConfig? Config { get; init; }

    /// <summary>For <see cref="GuestAct.Setup"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestSetup? Setup { get; init; }

    /// <summary>For <see cref="GuestAct.Exec"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecSpec? Exec { get; init; }

    /// <summary>For <see cref="GuestAct.Relay"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Port { get; init; }

    /// <summary>For <see cref="GuestAct.Probe"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Ports { get; init; }

    /// <summary>For <see cref="GuestAct.Connections"/>: until the next call of another act, or for 15 s, no process of the pod can dial, not even within the pod.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HoldDials { get; init; }

    /// <summary>A service's or terminal's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>An absolute path in the pod.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>For <see cref="GuestAct.Setup"/>: the number of the first event wanted; 0 or 1 for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int From { get; init; }

    /// <summary>For <see cref="GuestAct.Logs"/>: how many of the last lines; default 200, at most 10,000.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Tail { get; init; }

    /// <summary>For <see cref="GuestAct.Logs"/>: keep sending.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Follow { get; init; }

    /// <summary>For <see cref="GuestAct.ReadFile"/>: the first byte wanted; negative counts from the file's end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Offset { get; init; }

    /// <summary>For <see cref="GuestAct.ReadFile"/>: how many bytes are wanted at most; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Length { get; init; }

    /// <summary>For <see cref="GuestAct.Terminal"/> and <see cref="GuestAct.Terminals"/>: how to open it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TerminalSpec? Terminal { get; init; }
}
