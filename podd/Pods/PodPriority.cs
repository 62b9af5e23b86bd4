using System.Runtime.CompilerServices;
using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>
/// Puts a pod that computes behind those that only answer now and then. With weights alone it finishes its turn on a core, some milliseconds, before a neighbour that has a request
/// comes on, and then the neighbour's slowest answers are several times as slow as they were. Behind, it has to stop at once; what nobody else wants it has as before.
/// </summary>
public sealed partial class PodPriority(Fleet fleet, Sandbox sandbox, TimeProvider time, ILogger<PodPriority> logger)
{
    // Of what the tier has of a core. Between them it stays where it is; that it may get too little to stay behind is what keeps it from starving: it is then among the others for a period.
    private const double Computing = 0.8;
    private const double Answering = 0.5;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly ConditionalWeakTable<Pod, Looked> _last = [];

    /// <summary>Looks until it is told to stop.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var pod in fleet.Pods)
            {
                try
                {
                    Look(pod);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    Log.Failed(logger, error, pod.Id);
                }
            }
        }
    }

    private void Look(Pod pod)
    {
        if (pod is not { Guest: not null, Standing: null, Record: { Sandbox: { } process } record } || Tier.Find(record.Spec.Tier) is not { } tier)
            return;
        var cgroup = sandbox.CgroupOf(pod.Id);
        if (!cgroup.Exists)
            return;
        var now = new Looked(process, tier, cgroup.CpuTime, time.GetTimestamp(), Behind: false);
        // An earlier podd may have left it behind.
        if (!_last.TryGetValue(pod, out var last) || last.Process != process || last.Tier != tier)
        {
            cgroup.Weigh(tier.Cpu, behind: false);
        }
        else
        {
            var part = (now.Cpu - last.Cpu) / time.GetElapsedTime(last.At, now.At) / Math.Min(tier.Cpu, 1);
            now = now with { Behind = part > (last.Behind ? Answering : Computing) };
            if (now.Behind != last.Behind)
                cgroup.Weigh(tier.Cpu, now.Behind);
        }
        _last.AddOrUpdate(pod, now);
    }

    private sealed record Looked(ProcessIdentity Process, Tier Tier, TimeSpan Cpu, long At, bool Behind);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "cannot weigh pod {Pod} now")]
        public static partial void Failed(ILogger logger, Exception error, string pod);
    }
}
