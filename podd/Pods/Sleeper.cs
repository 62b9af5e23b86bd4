using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>The second rung of the ladder: a pod that nothing has used for as long as its spec says goes to sleep. One that cannot says why, and is asked again later.</summary>
public sealed class Sleeper(PodLifecycle lifecycle, Reports reports, TimeProvider time)
{
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(15);

    /// <summary>Puts the pod to sleep if it is time.</summary>
    public void Consider(Pod pod)
    {
        if (pod is { Guest: not null, Record: { State: PodState.Running, Spec.Sleep: { AlwaysOn: false, AfterSeconds: > 0 } policy } record }
            && pod.Activity.Quiet(record, pod.Status) >= TimeSpan.FromSeconds(policy.AfterSeconds)
            && !(pod.Wakeful is { } wakeful && wakeful.Until > time.GetUtcNow()))
            _ = Sleep(pod);
    }

    private async Task Sleep(Pod pod)
    {
        var end = await lifecycle.Sleep(pod.Id).End(CancellationToken.None);
        pod.Wakeful = end.Fault is { } fault ? (fault.Message, time.GetUtcNow() + Again) : null;
        if (end.Fault is not null)
            reports.Publish(pod);
    }
}
