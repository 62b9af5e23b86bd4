namespace Pinacle.Web.Jobs;

/// <summary>A worker's hold on a job. Who holds it, and the attempt, tell this claim from any other of the same job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Kind">As in <see cref="JobKinds"/>.</param>
/// <param name="PodId">The pod it is about.</param>
/// <param name="Payload">JSON.</param>
/// <param name="Worker">Who holds it.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="MaxAttempts">The last attempt that is followed by no other.</param>
public sealed record JobClaim(Guid JobId, string Kind, Guid? PodId, string? Payload, string Worker, int Attempt, int MaxAttempts)
{
    /// <summary>True when nobody will try again: a body that fails now says so on its pod.</summary>
    public bool IsLast => Attempt >= MaxAttempts;

    /// <summary>The pod, for kinds that have one.</summary>
    public Guid Pod => PodId ?? throw new InvalidOperationException($"cannot run {Kind} {JobId}: it names no pod");
}
