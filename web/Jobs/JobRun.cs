using Microsoft.Extensions.Options;
using Npgsql;

namespace Pinacle.Web.Jobs;

/// <summary>One claimed job from claim to end: its body, its heartbeat beside it, and what becomes of it.</summary>
public sealed partial class JobRun(IServiceScopeFactory scopes, JobQueue queue, JobBodies bodies, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobRun> log)
{
    /// <summary>Runs the job. Never throws: what went wrong is in the job's row and the log, and a row that could not be written is another worker's when its lease ends.</summary>
    public async Task ToEnd(JobClaim claim, CancellationToken stoppingToken)
    {
        using var ending = new CancellationTokenSource();
        await using var stop = stoppingToken.Register(() => ending.CancelAfter(options.Value.Grace));
        using var beating = new CancellationTokenSource();
        var lost = false;
        var heart = Beat();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await bodies.Run(scope.ServiceProvider, claim, ending.Token);
            await Ended(queue.Succeed(claim, CancellationToken.None));
        }
        catch (ClaimLostException exception)
        {
            Log.Lost(log, claim.Kind, claim.JobId, exception.Message);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            if (!lost)
                await Ended(queue.Release(claim, CancellationToken.None));
        }
        catch (Exception exception)
        {
            await Failed(claim, exception);
        }
        finally
        {
            await beating.CancelAsync();
            await heart;
        }

        async Task Beat()
        {
            while (!beating.IsCancellationRequested)
            {
                await Task.Delay(options.Value.Heartbeat, time, beating.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (beating.IsCancellationRequested)
                    return;
                if (!await Renew(claim))
                {
                    lost = true;
                    await ending.CancelAsync();
                    return;
                }
            }
        }
    }

    private async Task Failed(JobClaim claim, Exception exception)
    {
        if (claim.IsLast)
        {
            Log.Failed(log, exception, claim.Kind, claim.JobId, claim.Attempt);
            await Ended(queue.Fail(claim, exception.ToString(), CancellationToken.None));
            return;
        }

        var pause = JobBackoff.After(claim.Attempt, options.Value, Random.Shared.NextDouble());
        Log.Retried(log, claim.Kind, claim.JobId, claim.Attempt, pause, exception.Message);
        await Ended(queue.Retry(claim, exception.ToString(), pause, CancellationToken.None));
    }

    private async Task<bool> Renew(JobClaim claim)
    {
        try
        {
            return await queue.Renew(claim, options.Value.Lease, CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            // The claim may still hold: the next beat tells, and every write of the body is fenced anyway.
            Log.NotRenewed(log, claim.Kind, claim.JobId, exception.Message);
            return true;
        }
    }

    private async Task Ended(Task<bool> write)
    {
        try
        {
            await write;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            Log.NotWritten(log, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Kind} {Job} goes on elsewhere or was cancelled: {Reason}")]
        public static partial void Lost(ILogger logger, string kind, Guid job, string reason);

        [LoggerMessage(2, LogLevel.Error, "{Kind} {Job} failed for good after {Attempt} attempts")]
        public static partial void Failed(ILogger logger, Exception exception, string kind, Guid job, int attempt);

        [LoggerMessage(3, LogLevel.Warning, "{Kind} {Job} failed in attempt {Attempt}, again in {Pause}: {Reason}")]
        public static partial void Retried(ILogger logger, string kind, Guid job, int attempt, TimeSpan pause, string reason);

        [LoggerMessage(4, LogLevel.Warning, "cannot renew the claim of {Kind} {Job}: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string kind, Guid job, string reason);

        [LoggerMessage(5, LogLevel.Warning, "cannot write how a job ended, its lease will end: {Reason}")]
        public static partial void NotWritten(ILogger logger, string reason);
    }
}
