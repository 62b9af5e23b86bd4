namespace Pinacle.Contracts;

/// <summary>A command to run in a pod: body of <c>POST /v1/pods/{id}/exec</c> and of the API's <c>POST /pods/{pod}/exec</c>.</summary>
public sealed record ExecSpec
{
    /// <summary>Program and arguments; never a shell line by itself. At least one, at most 1,024 of them, 128 KiB together.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>A user of the pod's <c>/etc/passwd</c>; null for the pod's user.</summary>
    public string? User { get; init; }

    /// <summary>Absolute, or relative to the workspace; null for the workspace.</summary>
    public string? Directory { get; init; }

    /// <summary>On top of the pod's environment.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; init; }

    /// <summary>Seconds until the command is ended; 1 to 3,600, default 60.</summary>
    public int Timeout { get; set; } = 60;

    /// <summary>Text for its standard input; null for none.</summary>
    public string? Stdin { get; init; }
}
