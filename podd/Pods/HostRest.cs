using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Puts the pods of a host to sleep whose podd has ended, before everything that runs of them is taken away: the next podd has them again, with their processes where they can keep them.</summary>
public sealed partial class HostRest(Fleet fleet, PodChanges changes, PodWatch watch, PodRest rest, Sandbox sandbox, TimeProvider time, ILogger<HostRest> logger)
{
    private const string Why = "its host's podd was taken down";

    // A checkpoint is work for the disk and for a core.
    private const int AtOnce = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    /// <summary>Does it, side by side, and no longer than half a minute.</summary>
    public async Task Run(IEnumerable<PodRecord> records, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var gate = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(records.Where(record => record is { State: PodState.Running or PodState.Creating, Sandbox.Alive: true }).Select(async record =>
        {
            var pod = fleet.Add(record.Spec.Id);
            pod.Record = record;
            try
            {
                await gate.WaitAsync(limit.Token);
                try
                {
                    await Rest(pod, limit.Token);
                }
                finally
                {
                    gate.Release();
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                Log.Unrested(logger, error, pod.Id);
            }
            await End(pod);
        }));
    }

    private async Task Rest(Pod pod, CancellationToken cancellationToken)
    {
        sandbox.CgroupOf(pod.Id).Freeze(false);
        watch.Start(pod);
        pod.Status = await pod.Reach().Status(cancellationToken);
        await pod.Turn.WaitAsync(cancellationToken);
        try
        {
            await rest.Run(pod, new PodAct("rest", time, []), Why, cancellationToken);
            if (pod.Record is { State: PodState.Asleep, ColdBecause: { } because })
                Log.Cold(logger, pod.Record.Spec.Name, because);
        }
        finally
        {
            pod.Turn.Release();
        }
    }

    // Whatever has become of it: nothing of it runs from here on, and its record says so.
    private async Task End(Pod pod)
    {
        await watch.Stop(pod);
        if (pod.Record is not { Sandbox: not null } record)
            return;
        await sandbox.End(pod.Id, null);
        if (record is { State: PodState.Running or PodState.Sleeping })
            changes.Change(pod, known => known with { State = PodState.Asleep, Sandbox = null, Checkpoint = null, ColdBecause = $"{Why} before it slept" });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "pod {Pod} starts cold when it is asked for: {Because}")]
        public static partial void Cold(ILogger logger, string pod, string because);

        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot put pod {Pod} to sleep in order; it is ended")]
        public static partial void Unrested(ILogger logger, Exception error, string pod);
    }
}
