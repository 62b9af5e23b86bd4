using Microsoft.Extensions.Options;
using Npgsql;
using Pinacle.Web.Database;

namespace Pinacle.Web.Jobs;

/// <summary>Claims jobs and runs them, as many at once as there are workers; woken by the database when a job becomes ready.</summary>
public sealed partial class JobRunner : BackgroundService
{
    private readonly JobQueue queue;
    private readonly JobRun run;
    private readonly JobsOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<JobRunner> log;
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly Dictionary<Task, bool> running = [];
    private readonly IDisposable subscription;
    private readonly string worker = $"{Environment.MachineName}/{Guid.NewGuid():N}";

    public JobRunner(JobQueue queue, JobRun run, DatabaseChanges changes, IOptions<JobsOptions> options, TimeProvider time, ILogger<JobRunner> log)
    {
        (this.queue, this.run, this.options, this.time, this.log) = (queue, run, options.Value, time, log);
        subscription = changes.Subscribe(DatabaseChannels.Jobs, _ => Wake(), Wake);
    }

    public override void Dispose()
    {
        subscription.Dispose();
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Work)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ClaimAll(stoppingToken);
                await Rest(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                Log.QueueUnreachable(log, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        // Each run has seen the stop by itself and hands its job back after a moment of grace.
        await Task.WhenAll(running.Keys);
    }

    private async Task ClaimAll(CancellationToken stoppingToken)
    {
        foreach (var ended in running.Keys.Where(task => task.IsCompleted).ToList())
            running.Remove(ended);
        while (running.Count < options.Workers)
        {
            var claims = await queue.Claim(worker, options.Workers - running.Count, options.Lease, stoppingToken);
            foreach (var claim in claims)
                running[Start(claim, stoppingToken)] = true;
            if (claims.Count == 0)
                return;
        }
    }

    private Task Start(JobClaim claim, CancellationToken stoppingToken) => Task.Run(
        async () =>
        {
            await run.ToEnd(claim, stoppingToken);
            Wake();
        },
        CancellationToken.None);

    private async Task Rest(CancellationToken stoppingToken)
    {
        var pause = options.Poll;
        if (await queue.NextDue(stoppingToken) is { } due && due - time.GetUtcNow() is var until && until < pause)
            pause = until > TimeSpan.FromMilliseconds(10) ? until : TimeSpan.FromMilliseconds(10);
        using var late = new CancellationTokenSource(pause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stoppingToken);
        try
        {
            await wake.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private void Wake()
    {
        try
        {
            wake.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has ended.
            return;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "cannot reach the job queue, trying again: {Reason}")]
        public static partial void QueueUnreachable(ILogger logger, string reason);
    }
}
