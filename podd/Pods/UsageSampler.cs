using System.Runtime.CompilerServices;
using Pinacle.Contracts;
using Pinacle.Podd.Network;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Samples what pods use, every 5 s from cgroup files; their disks once a minute.</summary>
public sealed partial class UsageSampler(Fleet fleet, Sandbox sandbox, Pool pool, PoolGuard guard, AddressPlan plan, Freezer freezer, Sleeper sleeper, Reports reports, TimeProvider time, ILogger<UsageSampler> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private const int SamplesPerDisk = 12;

    private readonly ConditionalWeakTable<Pod, Looked> _last = [];
    private IReadOnlyDictionary<string, long> _disks = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Samples until it is told to stop.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        for (var sample = 0; await timer.WaitForNextTickAsync(cancellationToken); sample++)
        {
            await Try("the pool", async () =>
            {
                guard.Watch();
                if (sample % SamplesPerDisk == 0)
                    _disks = await pool.Written(cancellationToken);
            });
            foreach (var pod in fleet.Pods)
            {
                await Try(pod.Id, () =>
                {
                    Sample(pod);
                    freezer.Consider(pod);
                    sleeper.Consider(pod);
                    return Task.CompletedTask;
                });
            }
        }
    }

    // A host in need (no descriptors, no memory, thousands of processes that come and go) refuses now this, now that: the next sample comes in 5 s.
    private async Task Try(string what, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception error) when (error is not OutOfMemoryException and not OperationCanceledException)
        {
            Log.NoSample(logger, error, what);
        }
    }

    private void Sample(Pod pod)
    {
        if (pod is not { Guest: not null, Record: { Sandbox: not null } record })
        {
            _last.Remove(pod);
            return;
        }
        var cgroup = sandbox.CgroupOf(pod.Id);
        var (cpu, bytes, at) = (cgroup.CpuTime, VethTap.Bytes(plan.At(record.Slot).Veth), time.GetTimestamp());
        var cores = 0.0;
        if (_last.TryGetValue(pod, out var last))
        {
            cores = (cpu - last.Cpu) / time.GetElapsedTime(last.At, at);
            pod.Activity.Sample(cores, bytes - last.Bytes);
            if (pod.Standing is null)
                pod.Cores = cores;
        }
        _last.AddOrUpdate(pod, new Looked(cpu, bytes, at));
        pod.Count(cgroup.OomKills);
        var before = pod.Usage;
        pod.Usage = new UsageReport(Math.Round(Math.Max(cores, 0), 2), cgroup.Memory, _disks.GetValueOrDefault(pod.Id));
        sandbox.Protect(record);
        if (before is null || Math.Abs(before.Cpu - pod.Usage.Cpu) > 0.05 || Math.Abs(before.Memory - pod.Usage.Memory) > 8 << 20 || before.Disk != pod.Usage.Disk)
            reports.Publish(pod);
    }

    private sealed record Looked(TimeSpan Cpu, long Bytes, long At);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot look at {What} now; trying again")]
        public static partial void NoSample(ILogger logger, Exception error, string what);
    }
}
