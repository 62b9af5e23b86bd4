namespace Pinacle.Web.Jobs;

/// <summary>A piece of work that survives the program that does it. It may run twice.</summary>
public sealed class Job
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>As in <see cref="JobKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Not a foreign key: the record of a clean-up outlives its pod.</summary>
    public Guid? PodId { get; init; }

    public JobLane Lane { get; init; } = JobLane.Power;

    /// <summary>JSON; null for a job that needs nothing but its pod.</summary>
    public string? Payload { get; init; }

    public JobState State { get; init; } = JobState.Ready;

    /// <summary>Higher runs first.</summary>
    public int Priority { get; init; }

    /// <summary>How often it was claimed.</summary>
    public int Attempt { get; init; }

    public int MaxAttempts { get; init; } = 8;

    /// <summary>Not before this.</summary>
    public required DateTimeOffset RunAfter { get; init; }

    /// <summary>Another worker may take it after this.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The worker that has it. With <see cref="Attempt"/> it names the claim.</summary>
    public string? ClaimedBy { get; init; }

    /// <summary>At most one waiting or running job has this key.</summary>
    public string? DedupeKey { get; init; }

    /// <summary>What the last attempt died of.</summary>
    public string? Error { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}
