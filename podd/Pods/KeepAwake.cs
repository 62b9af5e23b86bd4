using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Leases: somebody keeps a pod awake for a while, whether or not anything uses it. They stand in the record, so that they hold across podd's own restarts.</summary>
public sealed class KeepAwake(Fleet fleet, PodTurns turns, PodChanges changes, PodLifecycle lifecycle, TimeProvider time)
{
    /// <summary>Gives the pod a lease in place of the one that it has, and wakes it where it sleeps; or ends its lease.</summary>
    public PodAct Put(string id, KeepAwakeSpec spec)
    {
        if (spec.Seconds is < 0 or > KeepAwakeSpec.Longest)
            throw new FaultException(FaultKind.Invalid, $"cannot keep pod {id} awake for {spec.Seconds} s: it must be 0 to {KeepAwakeSpec.Longest}");
        var pod = fleet.Find(id);
        return turns.Begin(pod, string.Create(CultureInfo.InvariantCulture, $"keep-awake {spec.Seconds}"), (act, cancellationToken) => spec.Seconds == 0 ? End(pod) : Take(pod, spec.Seconds, act, cancellationToken));
    }

    private async Task Take(Pod pod, int seconds, PodAct act, CancellationToken cancellationToken)
    {
        if (pod.Record is not { State: PodState.Running or PodState.Creating or PodState.Asleep })
            throw new FaultException(FaultKind.Conflict, $"cannot keep pod {pod.Record?.Spec.Name} awake: it is {pod.Record?.State.ToString().ToLowerInvariant()}");
        var record = changes.Change(pod, known => known with { AwakeUntil = time.GetUtcNow() + TimeSpan.FromSeconds(seconds) });
        pod.Activity.Note("its lease");
        if (record.State == PodState.Asleep)
            await lifecycle.BringUp(pod, act, cancellationToken);
    }

    private Task End(Pod pod)
    {
        if (pod.Record is { AwakeUntil: not null })
        {
            pod.Activity.Note("the end of its lease");
            changes.Change(pod, known => known with { AwakeUntil = null });
        }
        return Task.CompletedTask;
    }
}
