using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Database;

namespace Pinacle.Web.Jobs;

/// <summary>Writes of a body, let through only while its claim holds: checked in the transaction of the write, with the job's row held, so that a worker that was thought dead changes nothing.</summary>
public sealed class JobFence(PinacleDb db)
{
    /// <summary>Runs <paramref name="write"/> and saves the context, all or nothing.</summary>
    /// <exception cref="ClaimLostException">The job is another worker's, or cancelled.</exception>
    public async Task Write(JobClaim claim, Func<Task> write, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var held = await db.Database.SqlQuery<int>($"""
            SELECT 1 AS "Value" FROM jobs
            WHERE id = {claim.JobId} AND state = 'claimed' AND claimed_by = {claim.Worker} AND attempt = {claim.Attempt} FOR UPDATE
            """).ToListAsync(cancellationToken);
        if (held.Count == 0)
            throw new ClaimLostException(claim);
        await write();
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
