namespace Pinacle.Contracts;

/// <summary>What a service does now.</summary>
/// <param name="Name">As in <see cref="ServiceSpec.Name"/>.</param>
/// <param name="Port">As in <see cref="ServiceSpec.Port"/>.</param>
/// <param name="State">What its process does.</param>
/// <param name="Listening">True when something in the pod listens on the port.</param>
/// <param name="Restarts">How often it was started again since the guest's start.</param>
/// <param name="ExitCode">Of its last run that ended; null when none ended. 128 + n for an end by signal n.</param>
/// <param name="StartedAt">When its present or last run began.</param>
public sealed record ServiceReport(
    string Name,
    int Port,
    ServiceState State,
    bool Listening,
    int Restarts = 0,
    int? ExitCode = null,
    DateTimeOffset? StartedAt = null);
