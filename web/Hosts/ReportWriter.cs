using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Jobs;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Hosts;

/// <summary>Writes what hosts say, where it is news.</summary>
public sealed class ReportWriter(PinacleDb db, PodEvents events, JobQueue jobs, IOptions<HostsOptions> options, TimeProvider time)
{
    /// <summary>A report about one pod; ignored when the pod is not that host's, or the report is not newer.</summary>
    public async Task Write(Guid hostId, PodReport report, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(report.Id, out var podId))
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM pods WHERE id = {podId} FOR NO KEY UPDATE", cancellationToken);
        var pod = await db.Pods.SingleOrDefaultAsync(one => one.Id == podId && one.HostId == hostId, cancellationToken);
        if (pod is null)
        {
            await RemoveStray(hostId, podId, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return;
        }

        var acting = await db.Jobs.AnyAsync(job => job.PodId == podId && job.Lane == JobLane.Power && (job.State == JobState.Ready || job.State == JobState.Claimed), cancellationToken);
        var before = pod.Status;
        if (!pod.Hear(report, acting, time.GetUtcNow()))
            return;
        await db.SaveChangesAsync(cancellationToken);
        if (pod.Status != before)
            await events.Append(podId, $"report-{report.Seq}", 0, time.GetUtcNow(), PodEventKind.State, Message(pod, report), new PodEventData { State = pod.Status, Fault = pod.Fault }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Message(Pod pod, PodReport report) => pod.Status == PodState.Running && report.Wake is { Unasked: true }
        ? $"{Words.Of(pod.Status)}: its host woke it by itself after it had gone down, because it is to be awake"
        : Words.Of(pod.Status);

    /// <summary>A host has a pod that was deleted (a request overtaken by its clean-up made it again): it is removed. Only what a finished clean-up proves to be ours and unwanted; a pod that is merely unknown may be somebody's files, and stays.</summary>
    private async Task RemoveStray(Guid hostId, Guid podId, CancellationToken cancellationToken)
    {
        var work = db.Jobs.Where(job => job.PodId == podId && job.Kind == JobKinds.CleanUpPod);
        if (await db.Pods.AnyAsync(pod => pod.Id == podId, cancellationToken) || !await work.AnyAsync(job => job.State == JobState.Succeeded, cancellationToken)
            || await work.AnyAsync(job => job.State == JobState.Ready || job.State == JobState.Claimed, cancellationToken))
            return;
        jobs.Enqueue(db, JobKinds.CleanUpPod, podId, $"\"{hostId}\"");
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A report of the host about itself.</summary>
    public async Task Write(Guid hostId, HostReport report, CancellationToken cancellationToken)
    {
        var host = await db.Hosts.SingleOrDefaultAsync(one => one.Id == hostId, cancellationToken);
        host?.Seen(report, time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A sign of life.</summary>
    public async Task Heard(Guid hostId, CancellationToken cancellationToken)
    {
        var host = await db.Hosts.SingleOrDefaultAsync(one => one.Id == hostId, cancellationToken);
        host?.Heard(time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The host has named all it has: a pod that should be there and is not has lost its files.</summary>
    public async Task Complete(Guid hostId, IReadOnlySet<string> named, CancellationToken cancellationToken)
    {
        var known = await db.Pods.Where(pod => pod.HostId == hostId && pod.Report != null).Select(pod => pod.Id).ToListAsync(cancellationToken);
        foreach (var missing in known.Where(id => !named.Contains(id.ToString())))
            await Removed(hostId, missing.ToString(), cancellationToken);
    }

    /// <summary>The host no longer has a pod. Unless a job is at work on it, that was not asked for.</summary>
    public async Task Removed(Guid hostId, string id, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(id, out var podId))
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM pods WHERE id = {podId} FOR NO KEY UPDATE", cancellationToken);
        var pod = await db.Pods.SingleOrDefaultAsync(one => one.Id == podId && one.HostId == hostId, cancellationToken);
        if (pod is null || pod.Intent == PodIntent.Deleted || pod.Status == PodState.Failed || await db.Jobs.AnyAsync(job => job.PodId == podId && (job.State == JobState.Ready || job.State == JobState.Claimed), cancellationToken))
            return;
        pod.Fail(new Fault(FaultKind.NotFound, $"cannot find pod {pod.Name} on its host: its files are gone", "retry makes it again from its repository"), time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        await events.Append(podId, $"removed-{Guid.NewGuid():N}", 0, time.GetUtcNow(), PodEventKind.Fault, pod.Fault!.Message, new PodEventData { Fault = pod.Fault }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Marks the host down if nobody has heard of it for long enough.</summary>
    public async Task NoticeSilence(Guid hostId, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - options.Value.DownAfter;
        var host = await db.Hosts.SingleOrDefaultAsync(one => one.Id == hostId && (one.SeenAt == null || one.SeenAt < before), cancellationToken);
        host?.Silent();
        await db.SaveChangesAsync(cancellationToken);
    }
}
