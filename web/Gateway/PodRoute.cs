using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Gateway;

/// <summary>What the gateway knows of a pod: where it is, what it serves, and who may come in.</summary>
/// <param name="PodId">The pod.</param>
/// <param name="Epoch">Which making of it.</param>
/// <param name="HostId">Null while it has no host.</param>
/// <param name="OwnerId">Its owner.</param>
/// <param name="Members">The people of its team; empty without one.</param>
/// <param name="Status">What it is in.</param>
/// <param name="Fault">Why it failed, if it did.</param>
/// <param name="Services">By name.</param>
/// <param name="Links">Share links that are not revoked, by id.</param>
public sealed record PodRoute(
    Guid PodId,
    long Epoch,
    Guid? HostId,
    Guid OwnerId,
    IReadOnlySet<Guid> Members,
    PodState Status,
    Fault? Fault,
    IReadOnlyDictionary<string, ServiceRoute> Services,
    IReadOnlyDictionary<Guid, LinkRoute> Links)
{
    /// <summary>The service that a label names; a bare port is a private service of its own, except the guest's. Null where the pod has no such service.</summary>
    public ServiceRoute? Find(ServiceLabel label) =>
        label.Port is { } port ? port == GuestProtocol.Port ? null : new ServiceRoute(port, ServiceAccess.Private, ServiceHostName.Localhost) : Services.GetValueOrDefault(label.Service);

    /// <summary>Whether a person may open a service; null stands for an anonymous visitor.</summary>
    public bool Admits(ServiceRoute service, Guid? user) =>
        service.Access == ServiceAccess.Public || IsOf(user);

    /// <summary>Whether somebody owns the pod or is of its team.</summary>
    public bool IsOf(Guid? user) => user is { } id && (id == OwnerId || Members.Contains(id));

    /// <summary>Whether a share link opens the service of a label; it opens that one only.</summary>
    public bool Opens(Guid? link, ServiceLabel label, DateTimeOffset now) =>
        link is { } id && Links.TryGetValue(id, out var known) && known.Opens(label, now);
}
