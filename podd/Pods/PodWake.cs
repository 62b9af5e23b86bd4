using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Brings a pod back from its checkpoint, processes and all.</summary>
public sealed partial class PodWake(PodChanges changes, PodWatch watch, Sandbox sandbox, Checkpoints checkpoints, TimeProvider time, ILogger<PodWake> logger)
{
    private long _warm;
    private long _cold;

    /// <summary>How often it was done, and how often it could not be, since podd started.</summary>
    public WakeCounts Counts => new(Interlocked.Read(ref _warm), Interlocked.Read(ref _cold));

    /// <summary>Does it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="act">What it is a part of.</param>
    /// <param name="unasked">True where nobody asked for it.</param>
    /// <param name="cancellationToken">Ends it: for a delete.</param>
    /// <returns>False when it could not be done: the checkpoint is gone, and the pod can only start cold.</returns>
    public async Task<bool> Run(Pod pod, PodAct act, bool unasked, CancellationToken cancellationToken)
    {
        if (pod.Record is not { State: PodState.Asleep, Checkpoint: { } checkpoint } asleep)
            return false;
        if (checkpoint.Processor != Processor.Hash)
        {
            await GiveUp(pod, "it was made on another processor");
            return false;
        }
        var undo = new Undo(logger, pod.Id);
        changes.Change(pod, record => record with { State = PodState.Waking, Fault = null, Death = null, AskedToSleep = false });
        FaultPoints.Reach(FaultPoint.WakeRecorded);
        try
        {
            if (asleep.Sandbox is not null)
                await sandbox.End(pod.Id, asleep.Slot); // what a sleep could not end
            undo.Push("stop watching", _ => watch.Stop(pod));
            var awake = await sandbox.Restore(asleep with { Runsc = checkpoint.Runsc, Guest = checkpoint.Guest }, checkpoints.Memory(pod.Id), act, undo, cancellationToken);
            changes.Change(pod, record => record with { Sandbox = awake.Sandbox, Runsc = awake.Runsc, Guest = awake.Guest });
            FaultPoints.Reach(FaultPoint.SandboxRecorded);
            Finish(pod, unasked);
            undo.Clear();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A delete passes: there is nothing to go back to.
            await undo.Run();
            throw;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.StartsCold(logger, error, pod.Id);
            await undo.Run();
            await GiveUp(pod, error is FaultException fault ? fault.Fault.Message : "its memory could not be brought back");
            return false;
        }
        await checkpoints.Delete(pod.Id, CancellationToken.None);
        return true;
    }

    /// <summary>A pod that has come back is running from now on, and can be reached.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="unasked">True where nobody asked for it.</param>
    public void Finish(Pod pod, bool unasked = false)
    {
        watch.Start(pod);
        Interlocked.Increment(ref _warm);
        pod.Activity.Note("its waking");
        pod.Wakeful = null;
        changes.Change(pod, record => record with { State = PodState.Running, Checkpoint = null, Wake = new WakeReport(time.GetUtcNow(), Cold: false, Unasked: unasked) });
        FaultPoints.Reach(FaultPoint.AwakeRecorded);
    }

    /// <summary>Counts the wake of a pod that starts from its files, and gives what is said of it; null of a pod that a person had stopped.</summary>
    /// <param name="record">Of the pod.</param>
    /// <param name="unasked">True where nobody asked for it.</param>
    public WakeReport? Cold(PodRecord record, bool unasked)
    {
        if (record.State != PodState.Asleep)
            return null;
        Interlocked.Increment(ref _cold);
        return new WakeReport(time.GetUtcNow(), Cold: true, record.ColdBecause ?? "its memory was not kept", unasked);
    }

    // Files are what they are: at worst a moment newer than the memory that is given up.
    private async Task GiveUp(Pod pod, string because)
    {
        changes.Change(pod, record => record with { State = PodState.Asleep, Sandbox = null, Checkpoint = null, ColdBecause = because });
        await checkpoints.Delete(pod.Id, CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot wake pod {Pod} from its checkpoint; it starts cold")]
        public static partial void StartsCold(ILogger logger, Exception error, string pod);
    }
}
