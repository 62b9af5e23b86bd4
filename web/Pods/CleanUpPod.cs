using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>Removes a pod from its host, then its rows: in this order, so that nothing on a host is ever forgotten.</summary>
public sealed class CleanUpPod(PinacleDb db, PodEvents events, JobFence fence, PoddClients podds, TimeProvider time)
    : PodJob(db, events, fence, podds, time)
{
    protected override async Task Act(Pod pod)
    {
        if (pod.Intent != PodIntent.Deleted)
            return;
        if (pod.HostId is { } host)
            await RemoveFrom(host, pod);
        await Write(pod, () =>
        {
            Db.Pods.Remove(pod);
            return Task.CompletedTask;
        });
    }

    private async Task RemoveFrom(Guid host, Pod pod)
    {
        var podd = await Podd(host);
        try
        {
            await Follow(pod, podd.Delete(pod.Id, CancellationToken));
        }
        catch (FaultException exception) when (exception.Fault.Kind == FaultKind.NotFound)
        {
            // An earlier attempt got this far.
            return;
        }
    }
}
