using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>A named port of a pod, with its own URL.</summary>
public sealed class Service
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid PodId { get; init; }

    public required string Name { get; init; }

    public required int Port { get; set; }

    /// <summary>Shell command line; null for a port that something else in the pod serves.</summary>
    public string? Run { get; set; }

    /// <summary>Relative to the workspace; null for the workspace itself.</summary>
    public string? Directory { get; set; }

    public ServiceAccess Access { get; set; } = ServiceAccess.Private;

    public ServiceHostName Host { get; set; } = ServiceHostName.Localhost;

    public ServiceSpec ToSpec() => new(Name, Port, Run, Directory);
}
