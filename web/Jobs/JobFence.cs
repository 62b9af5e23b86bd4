using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Database;

namespace Pinacle.Web.Jobs;

/// <summary>Writes of a body, let through only while its claim holds: checked in the transaction of the write, with the job's row held, so that a worker that was thought dead changes nothing.</summary>
public sealed class JobFence(PinacleDb db, TimeProvider time)
{
    /// <summary>Runs <paramref name="write"/> and saves the context, all or nothing. The pod's row is held first, then the job's: the order of everybody who needs both.</summary>
    /// <param name="claim">The claim that must hold.</param>
    /// <param name="write">The changes.</param>
    /// <param name="isLast">True when the job is done with it: then it succeeds in the same transaction, so that nobody sees the one without the other.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ClaimLostException">The job is another worker's, or cancelled.</exception>
    public async Task Write(JobClaim claim, Func<Task> write, bool isLast, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM pods WHERE id = {claim.PodId} FOR UPDATE", cancellationToken);
        var held = await db.Database.SqlQuery<int>($"""
            SELECT 1 AS "Value" FROM jobs
            WHERE id = {claim.JobId} AND state = 'claimed' AND claimed_by = {claim.Worker} AND attempt = {claim.Attempt} FOR UPDATE
            """).ToListAsync(cancellationToken);
        if (held.Count == 0)
            throw new ClaimLostException(claim);
        await write();
        await db.SaveChangesAsync(cancellationToken);
        if (isLast)
            await db.Database.ExecuteSqlAsync($"UPDATE jobs SET state = 'succeeded', error = NULL, leased_until = NULL, finished_at = {time.GetUtcNow()} WHERE id = {claim.JobId}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
