using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;
using Pinacle.Web.Repositories;

namespace Pinacle.Web.Pods;

/// <summary>Makes a pod: a host for it, its disk and clone, then what its repository says about itself, then setup and services. Each step looks at what is there already.</summary>
public sealed class ProvisionPod(PinacleDb db, PodEvents events, JobFence fence, PoddClients podds, Placement placement, RepositoryReader reader, TimeProvider time)
    : PodJob(db, events, fence, podds, time)
{
    protected override async Task Act(Pod pod)
    {
        if (pod.Intent != PodIntent.Running)
            return;
        if (pod.HostId is null)
            await Write(pod, () => placement.Place(pod, CancellationToken));
        var podd = await Podd(pod.HostId!.Value);
        if (!pod.IsDecided)
        {
            if (!await IsCloned(pod, podd))
                await Raise(pod, podd, pod.ToSpec());
            var wishes = await reader.Read(podd, pod.Id, CancellationToken);
            await Write(pod, () => Decide(pod, wishes));
        }

        var spec = pod.ToSpec();
        await Write(pod, () =>
        {
            pod.SpecHash = PodSpecHash.Of(spec);
            return Task.CompletedTask;
        });
        await Settle(pod, await Raise(pod, podd, spec));
    }

    /// <summary>A retry of the setup of a pod that is up reads the files as they are now, edits included.</summary>
    private async Task<bool> IsCloned(Pod pod, PoddClient podd)
    {
        try
        {
            return (await podd.Pod(pod.Id, CancellationToken)).State == PodState.Running;
        }
        catch (FaultException exception) when (exception.Fault.Kind == FaultKind.NotFound)
        {
            return false;
        }
    }

    private Task Decide(Pod pod, RepositoryWishes wishes)
    {
        // A service that keeps its name keeps what people said of it: who may open it, and its links.
        var known = pod.Services.ToDictionary(service => service.Name, StringComparer.Ordinal);
        foreach (var wish in wishes.ServicesFor(pod))
        {
            if (known.Remove(wish.Name, out var service))
                (service.Port, service.Run, service.Directory) = (wish.Port, wish.Run, wish.Directory);
            else
                Db.Services.Add(wish);
        }

        Db.Services.RemoveRange(known.Values);
        pod.Services.RemoveAll(service => known.ContainsKey(service.Name));
        pod.Config = wishes.Into(pod.Config);
        return Task.CompletedTask;
    }
}
