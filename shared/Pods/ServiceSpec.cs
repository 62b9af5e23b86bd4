namespace Pinacle.Contracts;

/// <summary>A named port of a pod and, where <see cref="Run"/> is set, the command that the guest keeps running behind it.</summary>
/// <param name="Name"><c>[a-z][a-z0-9]{0,14}</c>, unique in the pod.</param>
/// <param name="Port">1 to 65535, except the guest's own (<see cref="GuestProtocol.Port"/>). Stands in the service's environment as <c>PORT</c>.</param>
/// <param name="Run">Shell command line; null for a port that something else in the pod serves.</param>
/// <param name="Directory">Relative to the workspace; null for the workspace itself.</param>
/// <param name="Environment">On top of the pod's.</param>
public sealed record ServiceSpec(
    string Name,
    int Port,
    string? Run = null,
    string? Directory = null,
    IReadOnlyDictionary<string, string>? Environment = null);
