using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>What people change about a pod's services. Who may open one takes effect with the commit, in every copy of web; what runs, when the host has taken it.</summary>
public sealed class ServiceActs(PinacleDb db, JobQueue jobs)
{
    private const int Most = 32;

    /// <summary>Says who may open a service.</summary>
    public async Task SetAccess(Pod pod, Service service, ServiceAccess access, CancellationToken cancellationToken)
    {
        if (await db.Services.Where(one => one.Id == service.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Access, access), cancellationToken) == 0)
            throw NotFound(pod, service.Name);
        service.Access = access;
    }

    /// <summary>Replaces a pod's services. Those that keep their name keep their share links.</summary>
    /// <exception cref="InputException">One of them is not a service, or two have one name.</exception>
    public async Task Replace(Pod pod, IReadOnlyList<ServiceDraft> drafts, CancellationToken cancellationToken)
    {
        Check(drafts);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM pods WHERE id = {pod.Id} FOR UPDATE", cancellationToken);
        await db.Entry(pod).ReloadAsync(cancellationToken);
        if (db.Entry(pod).State == EntityState.Detached || pod.Intent == PodIntent.Deleted)
            throw new FaultException(FaultKind.NotFound, $"cannot find pod {pod.Name}: it was deleted");
        var before = await db.Services.Where(service => service.PodId == pod.Id).AsNoTracking().ToListAsync(cancellationToken);
        if (Runs(before.Select(service => service.ToSpec())).SetEquals(Runs(drafts.Select(draft => new ServiceSpec(draft.Name, draft.Port, draft.Run, draft.KeptDirectory)))))
        {
            await Merge(pod, drafts, cancellationToken);
        }
        else
        {
            if (pod.Status is not (PodState.Running or PodState.Stopped or PodState.Sleeping or PodState.Asleep or PodState.Waking) || !pod.IsDecided)
                throw new FaultException(FaultKind.Conflict, $"cannot change what runs in pod {pod.Name}: it is {Words.Of(pod.Status)}; start it first, or stop it");
            await Merge(pod, drafts, cancellationToken);
            if (pod.JobForSpec is { } kind)
            {
                await jobs.CancelFor(db, pod.Id, kind, cancellationToken);
                jobs.Enqueue(db, kind, pod.Id);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A service of a pod by its name.</summary>
    public static Service Find(Pod pod, string name) => pod.Services.Find(service => service.Name == name) ?? throw NotFound(pod, name);

    private static void Check(IReadOnlyList<ServiceDraft> drafts)
    {
        var errors = new InputErrors();
        errors.Add("services", drafts.Count > Most ? $"A pod has at most {Most} services." : null);
        foreach (var draft in drafts)
            errors.Add("services", draft is null ? "A service is an object." : draft.Problem());
        errors.Refuse();
        errors.Add("services", drafts.Select(draft => draft.Name).Distinct(StringComparer.Ordinal).Count() != drafts.Count ? "Two services have one name." : null);
        errors.Refuse();
    }

    private static HashSet<ServiceSpec> Runs(IEnumerable<ServiceSpec> services) => [.. services];

    private async Task Merge(Pod pod, IReadOnlyList<ServiceDraft> drafts, CancellationToken cancellationToken)
    {
        var known = await db.Services.Where(service => service.PodId == pod.Id).ToDictionaryAsync(service => service.Name, StringComparer.Ordinal, cancellationToken);
        foreach (var draft in drafts)
        {
            if (!known.Remove(draft.Name, out var service))
                db.Services.Add(service = new Service { PodId = pod.Id, Name = draft.Name, Port = draft.Port });
            (service.Port, service.Run, service.Directory, service.Access) = (draft.Port, draft.Run, draft.KeptDirectory, draft.Access ?? service.Access);
        }

        db.Services.RemoveRange(known.Values);
        pod.Services.RemoveAll(service => known.ContainsKey(service.Name));
    }

    private static FaultException NotFound(Pod pod, string name) =>
        new(FaultKind.NotFound, $"cannot find a service {(name.Length > 32 ? name[..32] : name)} in pod {pod.Name}");
}
