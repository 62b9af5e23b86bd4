using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;
using Pinacle.Web.Database;

namespace Pinacle.Web.Jobs;

/// <summary>The verbs of the table <c>jobs</c>: enqueue, cancel, claim, renew, succeed, retry, fail, release. A lease is long against the skew of clocks that are kept in step, so copies of web use their own.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "It is a queue; the design calls it so")]
public sealed class JobQueue(NpgsqlDataSource database, TimeProvider time)
{
    // The oldest unfinished job of each pod and lane, if it may run: claimed ones whose lease ended count as ready. Among jobs without a pod all may run.
    // SKIP LOCKED keeps claimers from waiting for each other; the check of older jobs sees rows that another claimer holds as still unfinished, so order holds.
    private const string ClaimSql = """
        UPDATE jobs SET state = 'claimed', attempt = attempt + 1, claimed_by = @worker, leased_until = @now + @lease
        WHERE id IN (
            SELECT j.id FROM jobs j
            WHERE ((j.state = 'ready' AND j.run_after <= @now) OR (j.state = 'claimed' AND j.leased_until < @now))
              AND (j.pod_id IS NULL OR NOT EXISTS (
                SELECT 1 FROM jobs o
                WHERE o.pod_id = j.pod_id AND o.lane = j.lane AND o.state IN ('ready', 'claimed') AND o.id < j.id))
            ORDER BY j.priority DESC, j.run_after, j.id
            LIMIT @count FOR UPDATE SKIP LOCKED)
        RETURNING id, kind, pod_id, payload::text, attempt, max_attempts
        """;

    private const string Held = " WHERE id = @id AND state = 'claimed' AND claimed_by = @worker AND attempt = @attempt";

    /// <summary>Adds a job to the context: it becomes real with the change it serves.</summary>
    public void Enqueue(PinacleDb db, string kind, Guid? podId, string? payload = null, string? dedupeKey = null)
    {
        var now = time.GetUtcNow();
        db.Jobs.Add(new Job { Kind = kind, PodId = podId, Payload = payload, DedupeKey = dedupeKey, MaxAttempts = JobKinds.MaxAttempts(kind), CreatedAt = now, RunAfter = now });
    }

    /// <summary>Cancels what the new job of that kind makes pointless: a clean-up ends everything of its pod, a stop what would start it, a start what would stop it; an update only an earlier one.</summary>
    public async Task CancelFor(PinacleDb db, Guid podId, string kind, CancellationToken cancellationToken)
    {
        string[] pointless = kind switch
        {
            JobKinds.CleanUpPod => [],
            JobKinds.UpdatePod => [JobKinds.UpdatePod],
            _ => [JobKinds.ProvisionPod, JobKinds.StartPod, JobKinds.StopPod, JobKinds.UpdatePod],
        };
        var now = time.GetUtcNow();
        await db.Jobs.Where(job => job.PodId == podId && (job.State == JobState.Ready || job.State == JobState.Claimed) && (kind == JobKinds.CleanUpPod || pointless.Contains(job.Kind)))
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.State, JobState.Cancelled).SetProperty(job => job.FinishedAt, now), cancellationToken);
    }

    /// <summary>Takes up to <paramref name="count"/> jobs that are due.</summary>
    public async Task<IReadOnlyList<JobClaim>> Claim(string worker, int count, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ClaimSql);
        command.Parameters.AddWithValue("worker", worker);
        command.Parameters.AddWithValue("count", count);
        command.Parameters.AddWithValue("lease", NpgsqlDbType.Interval, lease);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        var claims = new List<JobClaim>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            claims.Add(new JobClaim(reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetGuid(2),
                reader.IsDBNull(3) ? null : reader.GetString(3), worker, reader.GetInt32(4), reader.GetInt32(5)));
        }

        return claims;
    }

    /// <summary>When the next job is due that waits for its time or for a lease to end; null when none does. What waits for another job is heard of when that ends.</summary>
    public async Task<DateTimeOffset?> NextDue(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT min(due) FROM (SELECT CASE state WHEN 'ready' THEN run_after ELSE leased_until END AS due FROM jobs WHERE state IN ('ready', 'claimed')) AS d WHERE due > @now");
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        return await command.ExecuteScalarAsync(cancellationToken) is DateTime due ? new DateTimeOffset(due) : null;
    }

    /// <summary>Renews a claim; false when it is lost.</summary>
    public Task<bool> Renew(JobClaim claim, TimeSpan lease, CancellationToken cancellationToken) =>
        Write(claim, "SET leased_until = @now + @lease", cancellationToken, ("lease", lease));

    /// <summary>The job is done.</summary>
    public Task<bool> Succeed(JobClaim claim, CancellationToken cancellationToken) =>
        Write(claim, "SET state = 'succeeded', error = NULL, leased_until = NULL, finished_at = @now", cancellationToken);

    /// <summary>The attempt failed: another follows after a pause.</summary>
    public Task<bool> Retry(JobClaim claim, string error, TimeSpan pause, CancellationToken cancellationToken) =>
        Write(claim, "SET state = 'ready', error = @error, leased_until = NULL, claimed_by = NULL, run_after = @now + @pause", cancellationToken, ("error", error), ("pause", pause));

    /// <summary>The last attempt failed.</summary>
    public Task<bool> Fail(JobClaim claim, string error, CancellationToken cancellationToken) =>
        Write(claim, "SET state = 'failed', error = @error, leased_until = NULL, finished_at = @now", cancellationToken, ("error", error));

    /// <summary>Hands the job back unharmed, because this worker stops; the attempt does not count.</summary>
    public Task<bool> Release(JobClaim claim, CancellationToken cancellationToken) =>
        Write(claim, "SET state = 'ready', leased_until = NULL, claimed_by = NULL, attempt = attempt - 1", cancellationToken);

    private async Task<bool> Write(JobClaim claim, string set, CancellationToken cancellationToken, params (string Name, object Value)[] values)
    {
        await using var command = database.CreateCommand($"UPDATE jobs {set}{Held}");
        command.Parameters.AddWithValue("id", claim.JobId);
        command.Parameters.AddWithValue("worker", claim.Worker);
        command.Parameters.AddWithValue("attempt", claim.Attempt);
        command.Parameters.AddWithValue("now", time.GetUtcNow());
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
