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
            await RemoveFrom(host, pod.Id, act => Follow(pod, act));
        await Write(pod, () =>
        {
            Db.Pods.Remove(pod);
            return Task.CompletedTask;
        }, isLast: true);
    }

    /// <summary>A host still has a pod whose rows are gone: the payload says which host.</summary>
    protected override async Task WithoutPod()
    {
        if (Guid.TryParse(Payload.Payload?.Trim('"'), out var host))
            await RemoveFrom(host, Payload.Pod, async act =>
            {
                await foreach (var _ in act.WithCancellation(CancellationToken))
                    continue;
            });
    }

    private async Task RemoveFrom(Guid host, Guid pod, Func<IAsyncEnumerable<ProgressLine>, Task> follow)
    {
        var podd = await Podd(host);
        try
        {
            await follow(podd.Delete(pod, CancellationToken));
        }
        catch (FaultException exception) when (exception.Fault.Kind == FaultKind.NotFound)
        {
            // An earlier attempt got this far.
            return;
        }
    }
}
