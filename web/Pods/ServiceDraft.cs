using Pinacle.Contracts;
using Pinacle.Web.Repositories;

namespace Pinacle.Web.Pods;

/// <summary>A service as a person asks for it.</summary>
public sealed record ServiceDraft
{
    private const int MaxRun = 4096;

    public required string Name { get; init; }

    public required int Port { get; init; }

    /// <summary>Shell command line; null for a port that something else in the pod serves.</summary>
    public string? Run { get; init; }

    /// <summary>Relative to the workspace; null for the workspace itself.</summary>
    public string? Directory { get; init; }

    /// <summary>Null leaves a service that is there as it is, and makes a new one private.</summary>
    public ServiceAccess? Access { get; init; }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Problem() =>
        ServiceName.Problem(Name)
        ?? (Port is < 1 or > 65535 ? $"{Name}: a port is a number from 1 to 65535."
            : Port == GuestProtocol.Port ? $"{Name}: port {Port} is Pinacle's own."
            : Run is { } run && (run.Length is 0 or > MaxRun || run.Contains('\0', StringComparison.Ordinal)) ? $"{Name}: a command has 1 to {MaxRun} characters, or is null."
            : Directory is { } directory && WorkspacePath.Problem(directory) is { } problem ? $"{Name}: {problem}."
            : null);

    /// <summary>The directory as it is kept.</summary>
    public string? KeptDirectory => Directory is null or "" or "." ? null : Directory;
}
