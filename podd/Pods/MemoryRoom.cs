using Pinacle.Contracts;
using Pinacle.Podd.Hosts;

namespace Pinacle.Podd.Pods;

/// <summary>Promises pods the memory of their tiers. What is not free is made so by putting pods to sleep that nothing uses, the longest idle first.</summary>
public sealed partial class MemoryRoom(PoddOptions options, Fleet fleet, PodTurns turns, PodRest rest, ILogger<MemoryRoom> logger)
{
    private static readonly TimeSpan RestLimit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _promised = new(StringComparer.Ordinal);

    /// <summary>Bytes of the host that are the pods'.</summary>
    public long Capacity { get; } = options.PodMemory > 0 ? options.PodMemory : MemoryInfo.Total;

    private long Most => (long)(Capacity * options.MemoryOvercommit);

    /// <summary>Takes room for a pod that is about to run, or to run in a larger tier. The promise holds until it is disposed: by then the pod's record says that it does, or it does not.</summary>
    /// <exception cref="FaultException">There is none, and none can be made; <see cref="FaultKind.HostFull"/>.</exception>
    public async Task<IDisposable> Take(Pod pod, PodSpec spec, PodAct act, CancellationToken cancellationToken)
    {
        var (needed, tried) = (Tier.Find(spec.Tier)!.Memory, new HashSet<string>(StringComparer.Ordinal));
        var wish = pod.Record is { Sandbox: not null } ? $"resize pod {spec.Name} to {spec.Tier}" : $"start pod {spec.Name}";
        while (true)
        {
            Pod longest;
            lock (_lock)
            {
                var free = Most - fleet.Pods.Where(other => other != pod).Sum(Promised);
                if (free >= needed)
                {
                    _promised[pod.Id] = needed;
                    return new Promise(this, pod.Id);
                }
                // Nobody is put to sleep for what would not do.
                var idle = fleet.Pods.Where(other => other != pod && !tried.Contains(other.Id) && MayRest(other)).ToList();
                if (free + idle.Sum(Promised) < needed)
                    throw new FaultException(FaultKind.HostFull, $"cannot {wish} on host {options.Name}: {Size.Of(needed)} of memory are not free, and no more pods can be put to sleep", $"{Size.Of(Math.Max(free, 0))} of {Size.Of(Most)} are free; stop a pod that is not needed, or try again later");
                longest = idle.MaxBy(other => other.Activity.Quiet(other.Record!, other.Status))!;
            }
            tried.Add(longest.Id);
            await act.Step("room", "Making room: a pod that nothing uses is put to sleep", () => Rest(longest, cancellationToken));
        }
    }

    // What sleeps by nobody's wish does not sleep for others either; nor what somebody is at work on.
    private static bool MayRest(Pod pod) =>
        pod is { Guest: not null, Record: { State: PodState.Running, Sandbox: not null, Spec.Sleep: { AlwaysOn: false, AfterSeconds: > 0 } } record }
        && pod.Turn.CurrentCount > 0
        && pod.Activity.IsIdle(record, pod.Status);

    // One that is about to grow has the promise beside what its record says.
    private long Promised(Pod pod) =>
        Math.Max(pod.Record is { Sandbox: not null } record ? Tier.Find(record.Spec.Tier)!.Memory : 0, _promised.GetValueOrDefault(pod.Id));

    // Whatever comes of it is seen by what is free then.
    private async Task Rest(Pod pod, CancellationToken cancellationToken)
    {
        Log.MakesRoom(logger, pod.Id);
        var resting = turns.Begin(pod, "rest", (act, token) => MayGo(pod) ? rest.Run(pod, act, "its host needed the memory for another pod", token) : Task.CompletedTask);
        try
        {
            await resting.End(cancellationToken).WaitAsync(RestLimit, cancellationToken);
        }
        catch (TimeoutException)
        {
            Log.Slow(logger, pod.Id);
        }
    }

    // Somebody may have come for it meanwhile.
    private static bool MayGo(Pod pod) => pod.Record is { } record && pod.Activity.IsIdle(record, pod.Status);

    private void End(string id)
    {
        lock (_lock)
            _promised.Remove(id);
    }

    private sealed class Promise(MemoryRoom room, string id) : IDisposable
    {
        public void Dispose() => room.End(id);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "putting pod {Pod} to sleep, which nothing uses, to make room for another")]
        public static partial void MakesRoom(ILogger logger, string pod);

        [LoggerMessage(Level = LogLevel.Warning, Message = "pod {Pod} does not make room in time")]
        public static partial void Slow(ILogger logger, string pod);
    }
}
