using Pinacle.Contracts;
using Pinacle.Podd.Bundles;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Puts a pod to sleep: its memory goes to the disk, and everything but its files is given back. What cannot sleep goes on as it was.</summary>
public sealed partial class PodSleep(
    PodChanges changes,
    PodWatch watch,
    Sandbox sandbox,
    HangUp hangUp,
    PodNetwork network,
    PoolGuard guard,
    Checkpoints checkpoints,
    Payloads payloads,
    TimeProvider time,
    ILogger<PodSleep> logger)
{
    /// <summary>Does it.</summary>
    /// <exception cref="FaultException">It cannot sleep now; it runs on.</exception>
    public async Task Run(Pod pod, PodAct act, CancellationToken cancellationToken)
    {
        switch (pod.Record)
        {
            case { State: PodState.Asleep }:
                return;
            case not { State: PodState.Running }:
                throw new FaultException(FaultKind.Conflict, $"cannot put pod {pod.Record?.Spec.Name} to sleep: it is {pod.Record?.State.ToString().ToLowerInvariant()}");
            case { Setup.State: SetupState.Running, Setup.Step: var step }:
                throw new FaultException(FaultKind.Conflict, $"cannot put pod {pod.Record.Spec.Name} to sleep: setup step {step} is running");
        }
        guard.CheckSleep(pod.Record.Spec.Name, sandbox.CgroupOf(pod.Id).Memory);
        var record = changes.Change(pod, known => known with { State = PodState.Sleeping });
        FaultPoints.Reach(FaultPoint.SleepRecorded);
        try
        {
            await watch.Stop(pod);
            await act.Step("hang-up", "Ending its connections", () => EndConnections(pod, record, cancellationToken));
            FaultPoints.Reach(FaultPoint.HungUp);
            var bytes = await act.Step("checkpoint", "Writing its memory", () => Write(record, cancellationToken));
            changes.Change(pod, known => known with
            {
                State = PodState.Asleep,
                Checkpoint = new CheckpointRecord(time.GetUtcNow(), bytes, record.Runsc!, record.Guest!, Processor.Hash),
            });
            FaultPoints.Reach(FaultPoint.AsleepRecorded);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            await GoOn(pod, record);
            if (error is HostCommandException refused)
                throw new FaultException(new Fault(FaultKind.Conflict, $"cannot put pod {record.Spec.Name} to sleep: its sandbox does not give its memory", refused.Stderr), error);
            throw;
        }
        await act.Step("end", "Giving back memory and network", () => sandbox.End(pod.Id, record.Slot));
        changes.Change(pod, known => known with { Sandbox = null });
    }

    /// <summary>Lets a pod go on that was on its way to sleep.</summary>
    public async Task GoOn(Pod pod, PodRecord record)
    {
        await payloads.Runsc(record.Runsc!).Resume(pod.Id);
        await network.PickUp(record.Slot, CancellationToken.None);
        await checkpoints.Delete(pod.Id, CancellationToken.None);
        watch.Start(pod);
        changes.Change(pod, known => known with { State = PodState.Running });
        Log.GoesOn(logger, pod.Id);
    }

    private async Task EndConnections(Pod pod, PodRecord record, CancellationToken cancellationToken)
    {
        var guest = sandbox.GuestOf(record);
        await guest.Sync(cancellationToken);
        if (await hangUp.Run(pod, guest, payloads.Runsc(record.Runsc!), cancellationToken) is [var left, ..])
            throw new FaultException(FaultKind.Conflict, $"cannot put pod {record.Spec.Name} to sleep: a process keeps its connection to {left.Remote}", $"from {left.Local}, state {left.State}");
    }

    private async Task<long> Write(PodRecord record, CancellationToken cancellationToken)
    {
        var id = record.Spec.Id;
        var memory = await checkpoints.Begin(id, cancellationToken);
        await payloads.Runsc(record.Runsc!).Checkpoint(id, memory, cancellationToken);
        FaultPoints.Reach(FaultPoint.MemoryWritten);
        return await checkpoints.Complete(id, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "pod {Pod} does not sleep, it goes on")]
        public static partial void GoesOn(ILogger logger, string pod);
    }
}
