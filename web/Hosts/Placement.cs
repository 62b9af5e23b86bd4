using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Hosts;

/// <summary>Chooses a host for a new pod: active, has the image, has room; of those the one with the least memory promised.</summary>
public sealed class Placement(PinacleDb db, IOptions<HostsOptions> options)
{
    private const long LockKey = 0x70696e61636c6531;

    /// <summary>Gives the pod a host. To be called in the transaction that saves it: placements of all copies of web are made one after the other, so that two pods do not take the same last room.</summary>
    /// <exception cref="FaultException">No host has room, or none is active.</exception>
    public async Task Place(Pod pod, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({LockKey})", cancellationToken);
        var hosts = await db.Hosts.Where(host => host.State == HostState.Active).ToListAsync(cancellationToken);
        if (hosts.Count == 0)
            throw new FaultException(FaultKind.HostUnreachable, $"cannot place pod {pod.Name}: no host is active");
        var fit = hosts.Where(host => host.Report is null || host.Report.Runtime.State != RuntimeState.Unfit).ToList();
        if (fit.Count == 0)
            throw new FaultException(FaultKind.RuntimeUnfit, $"cannot place pod {pod.Name}: runsc passes its self-test on no host", hosts[0].Report?.Runtime.Message);
        var imaged = fit.Where(host => host.Report is null || host.Report.Images.Any(image => image.Name == pod.Image)).ToList();
        if (imaged.Count == 0)
            throw new FaultException(FaultKind.NotFound, $"cannot place pod {pod.Name}: no host has the image {pod.Image}");
        var tiers = (await db.Pods.Where(other => other.HostId != null && (other.Status != PodState.Stopped && other.Status != PodState.Failed && other.Status != PodState.Asleep))
            .Select(other => new { other.HostId, other.Tier }).ToListAsync(cancellationToken)).ToLookup(other => other.HostId, other => Tier.Find(other.Tier)?.Memory ?? 0);
        var needed = Tier.Find(pod.Tier)?.Memory ?? 0;
        var room = imaged.Where(host => host.Capacity is null || tiers[host.Id].Sum() + needed <= host.Capacity.Memory * options.Value.MemoryOvercommit).ToList();
        if (room.Count == 0)
            throw new FaultException(FaultKind.HostFull, $"cannot place pod {pod.Name}: no host has {needed >> 20} MB of memory left", "stop a pod that is not needed, or choose a smaller tier");
        pod.Place(room.MinBy(host => (tiers[host.Id].Sum(), host.Report?.Use.Cpu ?? 0, host.Name))!);
    }
}
