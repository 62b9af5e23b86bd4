using Pinacle.Contracts;
using Pinacle.Podd.Bundles;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;
using Pinacle.Podd.Runsc;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Looks at its start through everything that an earlier podd left: adopts what should be, removes what should not. By exact id or slot only.</summary>
public sealed partial class Reclaim(
    PoddOptions options,
    Fleet fleet,
    Slots slots,
    PodRecords records,
    PodChanges changes,
    PodSetup setup,
    PodWatch watch,
    PodSleep sleep,
    PodWake wake,
    Sandbox sandbox,
    Autopsy autopsy,
    Pool pool,
    Checkpoints checkpoints,
    PodNetwork network,
    AddressPlan plan,
    Bundle bundle,
    Payloads payloads,
    TimeProvider time,
    ILogger<Reclaim> logger)
{
    private bool HasUnreadable => fleet.Pods.Any(pod => pod.Unreadable is not null);

    /// <summary>Reads the records, so that reports can be given at once; changes nothing.</summary>
    public void Load()
    {
        slots.Load();
        var (known, unreadable) = records.Load();
        // Of two in one slot (a record was put back that had been away) the one that lives has the right to it.
        foreach (var record in known.OrderByDescending(record => record.Sandbox is { Alive: true }))
        {
            if (record.Slot >= 0 && record.Slot < plan.Slots && slots.Take(record.Slot))
                fleet.Add(record.Spec.Id).Record = record;
            else
                LeaveAlone(new UnreadableRecord(record.Spec.Id, $"slot {record.Slot} is another pod's, or beyond this host's subnet"));
        }
        foreach (var record in unreadable)
            LeaveAlone(record);
    }

    private void LeaveAlone(UnreadableRecord record)
    {
        var pod = fleet.Add(record.Id);
        pod.Unreadable = new Fault(FaultKind.Internal, $"cannot read the record of pod {record.Id}: {record.Reason}; the pod is left as it is", Path.Combine(options.PodFolder(record.Id), "pod.json"));
        if (bundle.NamespaceOf(record.Id) is { } path && plan.SlotOfNamespace(Path.GetFileName(path)) is { } slot && slots.Take(slot))
            pod.Slot = slot;
    }

    /// <summary>Adopts or removes.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        foreach (var pod in fleet.Pods.Where(pod => pod.Record is not null).ToArray())
        {
            try
            {
                await Settle(pod, cancellationToken);
            }
            catch (Exception error) when (error is not OutOfMemoryException and not OperationCanceledException)
            {
                // One pod must not keep the others from coming back.
                Log.Stuck(logger, error, pod.Id);
                await GiveUp(pod, error);
            }
        }
        foreach (var pod in fleet.Pods.Where(pod => pod.Unreadable is not null))
            await Try(pod.Id, () => Task.Run(() => sandbox.CgroupOf(pod.Id).Freeze(false), cancellationToken)); // nobody would thaw it now
        records.RemoveUnwritten();
        await RemoveStrangers(cancellationToken);
        await RemoveOldPayloads(cancellationToken);
        fleet.SetReclaimed();
    }

    private async Task Settle(Pod pod, CancellationToken cancellationToken)
    {
        var record = pod.Record!;
        // A new tier is written down before the disk gets it.
        if (record.Made && record.State != PodState.Deleting && record.DiskTier != record.Spec.Tier)
        {
            await pool.Limit(pod.Id, Tier.Find(record.Spec.Tier)!.Disk, cancellationToken);
            record = changes.Change(pod, known => known with { DiskTier = known.Spec.Tier });
        }
        if (record.Checkpoint is null && record.State != PodState.Sleeping)
            await checkpoints.Delete(pod.Id, cancellationToken);
        switch (record.State)
        {
            case PodState.Running or PodState.Starting or PodState.Creating when record.Made && record.Sandbox is { Alive: true }:
                await Adopt(pod, record, cancellationToken);
                break;
            case PodState.Running:
                // A host that was restarted owes its pods a cold start on request; one whose sandbox died while nobody looked waits for a person.
                pod.Count(sandbox.CgroupOf(pod.Id).OomKills, first: true);
                var restarted = record.Sandbox?.BootId != ProcessIdentity.CurrentBoot;
                var death = restarted
                    ? new DeathCertificate(DeathCause.HostRestart, "its host was restarted", time.GetUtcNow())
                    : await autopsy.Of(pod, null, time.GetUtcNow(), "its sandbox ended while podd was down, and nothing says why");
                await sandbox.End(pod.Id, record.Slot);
                changes.Change(pod, _ => record with { State = restarted ? PodState.Asleep : PodState.Stopped, Sandbox = null, Death = death, ColdBecause = restarted ? death.Message : null });
                break;
            case PodState.Creating or PodState.Starting:
                await sandbox.End(pod.Id, record.Slot);
                if (!record.Made)
                    await pool.Delete(pod.Id, cancellationToken);
                var fault = new Fault(FaultKind.Internal, $"cannot go on with pod {record.Spec.Name}: podd was restarted meanwhile");
                changes.Change(pod, _ => record with { State = PodState.Failed, Sandbox = null, Fault = fault, Setup = record.Made ? record.Setup : new SetupReport(SetupState.None) });
                break;
            // Its memory may be half written, and nothing of it was given back yet.
            case PodState.Sleeping when record.Sandbox is { Alive: true }:
                sandbox.CgroupOf(pod.Id).Freeze(false);
                sandbox.Settle(record);
                await sleep.GoOn(pod, record, ProcessEnd.Of(record.Sandbox));
                break;
            case PodState.Sleeping:
                await sandbox.End(pod.Id, record.Slot);
                changes.Change(pod, _ => record with { State = PodState.Asleep, Sandbox = null });
                break;
            case PodState.Waking when record.Sandbox is { Alive: true }:
                sandbox.Settle(record);
                wake.Finish(pod);
                await checkpoints.Delete(pod.Id, cancellationToken);
                if (pod.Record is { Unheard: true })
                    await setup.Tell(pod, cancellationToken);
                break;
            // Nobody has seen it awake: it sleeps on, with the disk that belongs to its memory.
            case PodState.Waking:
                await sandbox.End(pod.Id, record.Slot);
                await checkpoints.RollBack(pod.Id, Tier.Find(record.Spec.Tier)!.Disk, cancellationToken);
                changes.Change(pod, _ => record with { State = PodState.Asleep, Sandbox = null });
                break;
            case PodState.Stopping:
                await sandbox.End(pod.Id, record.Slot);
                changes.Change(pod, _ => record with { State = PodState.Stopped, Sandbox = null });
                break;
            case PodState.Deleting:
                await sandbox.End(pod.Id, record.Slot);
                await checkpoints.Delete(pod.Id, cancellationToken);
                await pool.Delete(pod.Id, cancellationToken);
                slots.Rest(record.Slot);
                records.Delete(pod.Id);
                slots.Release(record.Slot);
                fleet.Remove(pod);
                break;
            default:
                await sandbox.End(pod.Id, record.Slot);
                if (record.Sandbox is not null)
                    changes.Change(pod, _ => record with { Sandbox = null });
                break;
        }
    }

    // Not left in the middle of something that nobody does: failed, so that whoever asks next tries again.
    private async Task GiveUp(Pod pod, Exception error)
    {
        if (pod.Record is not { } record || (record.State.IsStable() && record.State != PodState.Running))
            return;
        await watch.Stop(pod);
        var fault = new Fault(FaultKind.Internal, $"cannot take pod {record.Spec.Name} over from the last podd: retry or delete it", error.Message);
        try
        {
            changes.Change(pod, known => known.State == PodState.Deleting ? known with { Fault = fault } : known with { State = PodState.Failed, Fault = fault });
        }
        catch (IOException unwritten)
        {
            Log.Stuck(logger, unwritten, pod.Id);
        }
    }

    private async Task Adopt(Pod pod, PodRecord record, CancellationToken cancellationToken)
    {
        // Frozen by the last podd: nobody would thaw it now, and whatever asks it something would wait for ever.
        sandbox.CgroupOf(pod.Id).Freeze(false);
        sandbox.Settle(record);
        watch.Start(pod);
        Log.Adopted(logger, pod.Id, record.Sandbox!.Pid);
        // The last podd woke it, and ended before it told it.
        if (record is { State: PodState.Running, Unheard: true })
            await setup.Tell(pod, cancellationToken);
        // A pod that was being set up stays "creating": the guest goes on with its steps, and web's next PUT joins them.
        if (record.State == PodState.Starting)
        {
            await setup.Configure(pod, cancellationToken);
            changes.Change(pod, _ => record with { State = PodState.Running });
        }
    }

    private async Task RemoveStrangers(CancellationToken cancellationToken)
    {
        var known = fleet.Pods.Select(pod => pod.Id).ToHashSet(StringComparer.Ordinal);
        var strangers = pool.Disks()
            .Concat(checkpoints.Ids())
            .Concat(RunscClient.List(payloads.Sandboxes))
            .Concat(Cgroup.Children(options.CgroupParent))
            .Where(id => SpecCheck.IsId(id) && !known.Contains(id))
            .Distinct(StringComparer.Ordinal);
        foreach (var id in strangers)
        {
            Log.Stranger(logger, id);
            await Try(id, async () =>
            {
                await sandbox.End(id, null);
                await checkpoints.Delete(id, cancellationToken);
                await pool.Delete(id, cancellationToken);
            });
        }
        var living = fleet.Pods.Where(pod => pod.Record?.Sandbox is not null || pod.Unreadable is not null).Select(pod => pod.Slot).OfType<int>().ToHashSet();
        var others = (await network.Slots(cancellationToken)).Where(slot => !living.Contains(slot)).ToList();
        // Any of them may be that of a pod of which neither record nor bundle can be read: nothing is taken away then, and nobody gets it.
        if (fleet.Pods.Any(pod => pod is { Unreadable: not null, Slot: null }))
        {
            others.ForEach(slot => slots.Take(slot));
            return;
        }
        foreach (var slot in others)
            await Try($"slot {slot}", () => network.Detach(slot, cancellationToken));
    }

    // What cannot be removed now is found again by the next start.
    private async Task Try(string what, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (error is not OutOfMemoryException and not OperationCanceledException)
        {
            Log.Left(logger, error, what);
        }
    }

    // What a pod whose record cannot be read runs with is not known, so nothing is taken away then.
    private async Task RemoveOldPayloads(CancellationToken cancellationToken)
    {
        if (HasUnreadable)
            return;
        var known = fleet.Pods.Select(pod => pod.Record).OfType<PodRecord>().ToList();
        var living = known.Where(record => record.Sandbox is not null).ToList();
        var asleep = known.Select(record => record.Checkpoint).OfType<CheckpointRecord>().ToList();
        try
        {
            await payloads.RemoveOthers(
                living.Select(record => record.Runsc).OfType<string>().Concat(asleep.Select(checkpoint => checkpoint.Runsc)).ToHashSet(StringComparer.Ordinal),
                living.Select(record => record.Guest).OfType<string>().Concat(asleep.Select(checkpoint => checkpoint.Guest)).ToHashSet(StringComparer.Ordinal),
                cancellationToken);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // An installation without its guest or runsc cannot start pods and says so then; those that live are not touched by it.
            Log.OldPayloads(logger, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "adopted pod {Pod}, sandbox {Process}")]
        public static partial void Adopted(ILogger logger, string pod, int process);

        [LoggerMessage(Level = LogLevel.Warning, Message = "removing what is left of {Pod}, which has no record")]
        public static partial void Stranger(ILogger logger, string pod);

        [LoggerMessage(Level = LogLevel.Error, Message = "cannot settle {What}: it is left for the next start")]
        public static partial void Left(ILogger logger, Exception error, string what);

        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot remove old copies of runsc and the guest")]
        public static partial void OldPayloads(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Error, Message = "cannot reclaim pod {Pod}")]
        public static partial void Stuck(ILogger logger, Exception error, string pod);
    }
}
