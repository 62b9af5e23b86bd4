using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>Takes a pod down to its files. A pod that its host does not know has none and is stopped already.</summary>
public sealed class StopPod(PinacleDb db, PodEvents events, JobFence fence, PoddClients podds, TimeProvider time)
    : PodJob(db, events, fence, podds, time)
{
    protected override async Task Act(Pod pod)
    {
        if (pod.Intent != PodIntent.Stopped || pod.HostId is not { } host)
            return;
        var podd = await Podd(host);
        try
        {
            await Settle(pod, await Follow(pod, podd.Stop(pod.Id, CancellationToken)));
        }
        catch (FaultException exception) when (exception.Fault.Kind == FaultKind.NotFound)
        {
            await Write(pod, () =>
            {
                pod.WasNeverMade(Now());
                return Task.CompletedTask;
            }, isLast: true);
        }
    }
}
