using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>Tells a pod's host of its spec as it is now, and wakes nobody: a pod that sleeps hears of it when it wakes.</summary>
public sealed class UpdatePod(PinacleDb db, PodEvents events, JobFence fence, PoddClients podds, TimeProvider time)
    : PodJob(db, events, fence, podds, time)
{
    protected override async Task Act(Pod pod)
    {
        if (pod.Intent != PodIntent.Running || pod.HostId is not { } host)
            return;
        var podd = await Podd(host);
        var spec = pod.ToSpec();
        await Write(pod, () =>
        {
            pod.SpecHash = PodSpecHash.Of(spec);
            return Task.CompletedTask;
        });
        await Settle(pod, await Follow(pod, podd.Put(spec, CancellationToken)));
    }
}
