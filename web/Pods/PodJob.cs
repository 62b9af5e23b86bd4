using Coravel.Invocable;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>What the jobs of pods have in common: the pod they are about, the act on its host with its lines written as they come, and what becomes of the pod when it fails.</summary>
public abstract class PodJob(PinacleDb db, PodEvents events, JobFence fence, PoddClients podds, TimeProvider time)
    : IInvocable, IInvocableWithPayload<JobClaim>, ICancellableInvocable
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMilliseconds(200);

    public JobClaim Payload { get; set; } = null!;

    public CancellationToken CancellationToken { get; set; }

    protected PinacleDb Db { get; } = db;

    public async Task Invoke()
    {
        var pod = await Db.Pods.Include(one => one.Owner).Include(one => one.Services).SingleOrDefaultAsync(one => one.Id == Payload.Pod, CancellationToken);
        if (pod is null)
        {
            await WithoutPod();
            return;
        }

        try
        {
            await Act(pod);
        }
        catch (FaultException exception) when (Payload.IsLast || !MayPass(exception.Fault.Kind))
        {
            await Write(pod, () => Failed(pod, exception.Fault), isLast: !MayPass(exception.Fault.Kind));
            if (MayPass(exception.Fault.Kind))
                throw;
        }
        catch (Exception exception) when (Payload.IsLast && exception is not (OperationCanceledException or ClaimLostException))
        {
            await Write(pod, () => Failed(pod, new Fault(FaultKind.Internal, $"cannot {Payload.Kind.Replace('-', ' ')} {pod.Name}: an error that the operator finds in the log")));
            throw;
        }
    }

    /// <summary>The work; may be run twice and cut anywhere.</summary>
    protected abstract Task Act(Pod pod);

    /// <summary>The pod's row is gone.</summary>
    protected virtual Task WithoutPod() => Task.CompletedTask;

    protected Task<PoddClient> Podd(Guid hostId) => podds.Of(hostId, CancellationToken);

    protected DateTimeOffset Now() => time.GetUtcNow();

    /// <summary>Changes the pod, if the claim still holds; the pod's row is read anew and held.</summary>
    protected Task Write(Pod pod, Func<Task> change, bool isLast = false) => fence.Write(
        Payload,
        async () =>
        {
            await Db.Entry(pod).ReloadAsync(CancellationToken);
            await change();
        },
        isLast,
        CancellationToken);

    /// <summary>Follows an act on the host to its end, writing its lines in small batches, and gives the report it ended with.</summary>
    protected async Task<PodReport?> Follow(Pod pod, IAsyncEnumerable<ProgressLine> act)
    {
        var batch = new List<ProgressLine>();
        var wroteAt = time.GetTimestamp();
        PodReport? report = null;
        try
        {
            await foreach (var line in act.WithCancellation(CancellationToken))
            {
                report = line.Report ?? report;
                if (!line.Done)
                    batch.Add(line);
                if (batch.Count == 0 || (line.Kind == ProgressKind.Output && batch.Count < 100 && time.GetElapsedTime(wroteAt) < WriteEvery))
                    continue;
                await WriteLines(pod, batch);
                wroteAt = time.GetTimestamp();
            }
        }
        finally
        {
            if (batch.Count > 0 && !CancellationToken.IsCancellationRequested)
                await WriteLines(pod, batch);
        }

        return report;
    }

    /// <summary>The act's last report becomes the pod's state.</summary>
    protected Task Settle(Pod pod, PodReport? report) => Write(pod, async () =>
    {
        var before = pod.Status;
        if (report is not null)
            pod.Settle(report, Now());
        await Said(pod, before);
    }, isLast: true);

    /// <summary>Brings the pod to a spec and up; gives the report it ended with.</summary>
    protected async Task<PodReport?> Raise(Pod pod, PoddClient podd, PodSpec spec)
    {
        var report = await Follow(pod, podd.Put(spec, CancellationToken));

        // A host takes the spec of a pod that is down and leaves it down.
        return report?.State is PodState.Stopped or PodState.Asleep ? await Follow(pod, podd.Start(pod.Id, CancellationToken)) : report;
    }

    private async Task WriteLines(Pod pod, List<ProgressLine> batch)
    {
        await fence.Write(Payload, () => events.Append(pod.Id, batch, CancellationToken), isLast: false, CancellationToken);
        batch.Clear();
    }

    private async Task Said(Pod pod, PodState before)
    {
        if (pod.Status != before)
            await events.Append(pod.Id, $"job-{Payload.JobId:N}-{Payload.Attempt}", 0, Now(), PodEventKind.State, Words.Of(pod.Status), new PodEventData { State = pod.Status }, CancellationToken);
    }

    private async Task Failed(Pod pod, Fault fault)
    {
        pod.Fail(fault, Now());
        await events.Append(pod.Id, $"job-{Payload.JobId:N}-{Payload.Attempt}", 1, Now(), PodEventKind.Fault, fault.Message, new PodEventData { Fault = fault }, CancellationToken);
    }

    /// <summary>Whether the same act can succeed a little later without anybody doing anything.</summary>
    private static bool MayPass(FaultKind kind) => kind is FaultKind.HostUnreachable or FaultKind.Timeout or FaultKind.Internal or FaultKind.TooMany or FaultKind.GuestBroken;
}
