namespace Pinacle.Contracts;

/// <summary>A terminal to open: body of <c>POST /v1/pods/{id}/terminals</c>.</summary>
public sealed record TerminalSpec
{
    /// <summary><c>[a-z0-9][a-z0-9-]{0,31}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Program and arguments; null for the user's login shell.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>A user of the pod's <c>/etc/passwd</c>; null for the pod's user.</summary>
    public string? User { get; init; }

    /// <summary>Absolute, or relative to the workspace; null for the workspace.</summary>
    public string? Directory { get; init; }

    /// <summary>1 to 1,000; default 80.</summary>
    public int Columns { get; set; } = 80;

    /// <summary>1 to 1,000; default 24.</summary>
    public int Rows { get; set; } = 24;
}
