using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Images;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>What can be done with a pod, step by step. Every act may be asked for twice and cut anywhere: what it is about to do stands in the record before.</summary>
public sealed class PodLifecycle(
    Fleet fleet,
    Slots slots,
    PodTurns turns,
    PodRecords records,
    PodChanges changes,
    Reports reports,
    PodSetup setup,
    PodSleep sleep,
    PodWake wake,
    PodStop stop,
    WakeWatch wakeWatch,
    PodWatch watch,
    Sandbox sandbox,
    Pool pool,
    PoolGuard guard,
    MemoryRoom memory,
    Checkpoints checkpoints,
    ImageStore images,
    RuntimeGate runtime,
    TimeProvider time,
    ILogger<PodLifecycle> logger)
{
    /// <summary>Makes a pod, or brings it to what the spec says.</summary>
    public PodAct Put(string id, PodSpec spec)
    {
        SpecCheck.Check(id, spec);
        var pod = fleet.Add(id);
        return turns.Begin(pod, $"put {PodSpecHash.Of(spec)} {spec.SecretEnv is not null}", (act, cancellationToken) => Converge(pod, spec, act, cancellationToken));
    }

    /// <summary>Wakes a pod, or starts it from its files.</summary>
    public PodAct Start(string id) => Start(fleet.Find(id), begun: null);

    /// <summary>The same for a visitor whom nobody knows, as long as the pod's budget for those lasts.</summary>
    /// <exception cref="FaultException">It is spent.</exception>
    public PodAct StartForVisitor(Pod pod) => Start(pod, () =>
    {
        // One who comes while it is awake or on its way costs nothing.
        if (pod.Record is { State: PodState.Asleep or PodState.Sleeping } record)
            pod.Visitors.Spend(record.Spec.Name);
    });

    private PodAct Start(Pod pod, Action? begun) =>
        turns.Begin(pod, "start", (act, cancellationToken) => BringUp(pod, act, cancellationToken), begun: begun);

    /// <summary>Wakes a pod that is owed its wake and of which nobody has asked it, unless somebody has said otherwise meanwhile.</summary>
    public PodAct StartOwed(Pod pod) => turns.Begin(pod, "start-owed", async (act, cancellationToken) =>
    {
        if (pod.Record?.IsOwedItsWake(time.GetUtcNow()) == true)
            await BringUp(pod, act, cancellationToken, unasked: true);
    });

    // A pod that woke broken, unless it is another one by now.
    private void StartCold(Pod pod, ProcessIdentity broken, string because) =>
        turns.Begin(pod, "start-cold", async (act, cancellationToken) =>
        {
            if (pod.Record is not { State: PodState.Running, Sandbox: { } alive } || alive != broken)
                return;
            await stop.ForLater(pod, act, because, cancellationToken);
            await BringUp(pod, act, cancellationToken);
        });

    /// <summary>Puts a pod to sleep, and ends a lease that keeps it awake: who asks for sleep has the last word.</summary>
    public PodAct Sleep(string id)
    {
        var pod = fleet.Find(id);
        return turns.Begin(pod, "sleep", async (act, cancellationToken) =>
        {
            if (pod.Record is { State: PodState.Running or PodState.Asleep, AwakeUntil: not null })
                changes.Change(pod, record => record with { AwakeUntil = null });
            await sleep.Run(pod, act, cancellationToken);
            // Such a pod sleeps by nothing but a person's wish.
            if (pod.Record is { State: PodState.Asleep, AskedToSleep: false, Spec.Sleep.AlwaysOn: true })
                changes.Change(pod, record => record with { AskedToSleep = true });
        });
    }

    /// <summary>Stops a pod; its files stay.</summary>
    public PodAct Stop(string id)
    {
        var pod = fleet.Find(id);
        return turns.Begin(pod, "stop", (act, cancellationToken) => stop.Run(pod, act, cancellationToken));
    }

    /// <summary>Removes a pod and all its traces. A pod that is not here is removed already.</summary>
    public PodAct Delete(string id)
    {
        if (!SpecCheck.IsId(id))
            throw new FaultException(FaultKind.NotFound, "cannot delete a pod by that id: it is not a lower-case UUID");
        var pod = fleet.Add(id);
        return turns.Begin(pod, "delete", (act, cancellationToken) => Remove(pod, act), passing: true);
    }

    private async Task Converge(Pod pod, PodSpec spec, PodAct act, CancellationToken cancellationToken)
    {
        if (pod.Record is { } known && spec.Epoch < known.Spec.Epoch)
            throw new FaultException(FaultKind.Conflict, $"cannot take pod {spec.Name}: this host has it under epoch {known.Spec.Epoch}", $"asked for epoch {spec.Epoch}");
        if (spec.SecretEnv is not null)
            pod.Secrets = spec.SecretEnv;
        spec = spec with { SecretEnv = null };
        switch (pod.Record)
        {
            case null or { State: PodState.Failed, Made: false }:
                await Create(pod, spec, act, cancellationToken);
                break;
            case { State: PodState.Failed }:
                await Adjust(pod, spec, act, cancellationToken);
                await BringUp(pod, act, cancellationToken);
                break;
            case { State: PodState.Running or PodState.Creating }:
                await Adjust(pod, spec, act, cancellationToken);
                await SetUp(pod, act, cancellationToken);
                break;
            case { State: PodState.Deleting }:
                throw new FaultException(FaultKind.Conflict, $"cannot take pod {spec.Name}: it is being deleted", pod.Record.Fault?.Message);
            default:
                await Adjust(pod, spec, act, cancellationToken);
                break;
        }
    }

    private async Task Create(Pod pod, PodSpec spec, PodAct act, CancellationToken cancellationToken)
    {
        await runtime.Fit(act, cancellationToken);
        var image = images.Find(spec.Image);
        guard.CheckRoomFor(spec.Name);
        using var room = await memory.Take(pod, spec, act, cancellationToken);
        var undo = new Undo(logger, pod.Id);
        var (slot, again) = (pod.Record?.Slot ?? slots.Take(), pod.Record is not null);
        changes.Begin(pod, new PodRecord { Spec = spec, Slot = slot, State = PodState.Creating, ImageEnvironment = images.EnvironmentOf(image), HasSecrets = pod.Secrets is not null });
        FaultPoints.Reach(FaultPoint.CreateRecorded);
        try
        {
            if (again)
                await sandbox.End(pod.Id, slot);
            undo.Push("delete disk", token => pool.Delete(pod.Id, token));
            // Disk and network have nothing to do with each other: one waits for the disk, the other computes.
            var connecting = sandbox.Connect(pod.Record!, undo, cancellationToken);
            await act.Step("disk", "Making the disk", () => pool.Create(pod.Id, image, Tier.Find(spec.Tier)!.Disk, cancellationToken));
            FaultPoints.Reach(FaultPoint.DiskMade);
            await Boot(pod, connecting, act, undo, cancellationToken);
            await setup.Configure(pod, cancellationToken);
            FaultPoints.Reach(FaultPoint.Configured);
            if (spec.Repository is not null)
                await setup.Clone(pod, act, cancellationToken);
            changes.Change(pod, record => record with { Made = true, DiskTier = spec.Tier });
            FaultPoints.Reach(FaultPoint.MadeRecorded);
            undo.Clear();
        }
        catch (Exception error)
        {
            await Fail(pod, undo, error);
            throw;
        }
        await SetUp(pod, act, cancellationToken);
    }

    // From here on the files are somebody's: what goes wrong leaves them.
    private async Task SetUp(Pod pod, PodAct act, CancellationToken cancellationToken)
    {
        if (pod.Record!.Spec is { Setup: null, Repository: not null } && pod.Record.State == PodState.Creating)
            return;
        await setup.Steps(pod, act, cancellationToken);
        if (pod.Record.State == PodState.Creating && pod.Record.Spec.Setup is null)
            changes.Change(pod, record => record with { Setup = new SetupReport(SetupState.None) });
        FaultPoints.Reach(FaultPoint.SetupEnded);
        await setup.Configure(pod, cancellationToken);
        changes.Change(pod, record => record with { State = PodState.Running });
    }

    /// <summary>Wakes or starts a pod, in the turn of an act.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="act">The act.</param>
    /// <param name="cancellationToken">Ends it: for a delete.</param>
    /// <param name="unasked">True where nobody asked for it.</param>
    public async Task BringUp(Pod pod, PodAct act, CancellationToken cancellationToken, bool unasked = false)
    {
        switch (pod.Record)
        {
            case { State: PodState.Running }:
                return;
            case not ({ State: PodState.Stopped or PodState.Asleep } or { State: PodState.Failed, Made: true }):
                throw new FaultException(FaultKind.Conflict, $"cannot start pod {pod.Record?.Spec.Name}: it is {pod.Record?.State.ToString().ToLowerInvariant()}");
        }
        await runtime.Fit(act, cancellationToken);
        guard.CheckStart(pod.Record!.Spec.Name);
        using var room = await memory.Take(pod, pod.Record.Spec, act, cancellationToken);
        var checkpoint = pod.Record.Checkpoint;
        if (await wake.Run(pod, act, unasked, cancellationToken))
        {
            var woken = pod.Record.Sandbox!;
            // Services that begin now may compute for long: that is no spin.
            wakeWatch.Begin(pod, pod.Record.Unheard ? checkpoint! with { Cores = Tier.Find(pod.Record.Spec.Tier)!.Cpu } : checkpoint!, because => StartCold(pod, woken, because));
            if (pod.Record.Unheard)
                await act.Step("services", "Telling it of its changed services", () => setup.Tell(pod, cancellationToken));
            return;
        }
        var (undo, again) = (new Undo(logger, pod.Id), pod.Record.State == PodState.Failed);
        var cold = wake.Cold(pod.Record, unasked);
        changes.Change(pod, record => record with { State = PodState.Starting, Fault = null, Death = null, Wake = cold, ColdBecause = null, AskedToSleep = false, Unheard = false });
        FaultPoints.Reach(FaultPoint.StartRecorded);
        try
        {
            // What failed may have left something of the last sandbox.
            if (again)
                await sandbox.End(pod.Id, pod.Record.Slot);
            await Boot(pod, sandbox.Connect(pod.Record, undo, cancellationToken), act, undo, cancellationToken);
            await SetUp(pod, act, cancellationToken);
            undo.Clear();
        }
        catch (Exception error)
        {
            await Fail(pod, undo, error);
            throw;
        }
    }

    private async Task Boot(Pod pod, Task<PodAddress> connecting, PodAct act, Undo undo, CancellationToken cancellationToken)
    {
        var started = await sandbox.Start(pod.Record!, connecting, act, cancellationToken);
        undo.Push("stop watching", _ => watch.Stop(pod));
        changes.Change(pod, record => record with { Sandbox = started.Sandbox, Runsc = started.Runsc, Guest = started.Guest });
        FaultPoints.Reach(FaultPoint.SandboxRecorded);
        watch.Start(pod);
    }

    private async Task Remove(Pod pod, PodAct act)
    {
        if (pod.Record is not null)
            changes.Change(pod, record => record with { State = PodState.Deleting, Fault = null });
        FaultPoints.Reach(FaultPoint.DeleteRecorded);
        try
        {
            await act.Step("delete", "Removing the pod", async () =>
            {
                await watch.Stop(pod);
                await sandbox.End(pod.Id, pod.Slot);
                await checkpoints.Delete(pod.Id, CancellationToken.None);
                await pool.Delete(pod.Id, CancellationToken.None);
                FaultPoints.Reach(FaultPoint.DiskDeleted);
                if (pod.Slot is { } slot)
                    slots.Rest(slot);
                records.Delete(pod.Id);
                FaultPoints.Reach(FaultPoint.RecordDeleted);
            });
        }
        catch (Exception error) when (pod.Record is not null)
        {
            // There is no way back from here, some of it may be gone: it stays "deleting", and the next delete or start of podd goes on.
            var fault = new Fault(FaultKind.Internal, $"cannot delete pod {pod.Record.Spec.Name}: not all of it could be removed; delete it to try again", error.Message);
            changes.Change(pod, record => record with { Fault = fault });
            throw new FaultException(fault, error);
        }
        if (pod.Slot is { } free)
            slots.Release(free);
        pod.Record = null;
        (pod.Slot, pod.Unreadable) = (null, null);
        reports.Removed(pod.Id);
    }

    // Takes the spec, and puts a new tier in force on the disk, and on the sandbox of a pod that lives.
    private async Task Adjust(Pod pod, PodSpec spec, PodAct act, CancellationToken cancellationToken)
    {
        var (before, tier) = (pod.Record!, Tier.Find(spec.Tier)!);
        var grows = tier.Memory.CompareTo(Tier.Find(before.Spec.Tier)!.Memory);
        // One that does not run takes its room when it comes up.
        using var room = before.Sandbox is not null && grows > 0 ? await memory.Take(pod, spec, act, cancellationToken) : null;
        if (before.Sandbox is not null && grows < 0)
            sandbox.Shrink(before, tier);
        var record = changes.Change(pod, known => known with
        {
            Spec = spec,
            HasSecrets = known.HasSecrets || pod.Secrets is not null,
            Unheard = known.Unheard || (known is { State: PodState.Asleep, Checkpoint: not null } && !PodSetup.SameForGuest(known.Spec, spec)),
        });
        if (record.DiskTier == spec.Tier)
            return;
        FaultPoints.Reach(FaultPoint.TierRecorded);
        await pool.Limit(pod.Id, tier.Disk, cancellationToken);
        FaultPoints.Reach(FaultPoint.DiskLimited);
        record = changes.Change(pod, known => known with { DiskTier = spec.Tier });
        if (record.Sandbox is not null)
            sandbox.Settle(record);
    }

    private async Task Fail(Pod pod, Undo undo, Exception error)
    {
        await undo.Run();
        var fault = error is FaultException known ? known.Fault
            : error is OperationCanceledException ? new Fault(FaultKind.Conflict, $"cannot go on with pod {pod.Record!.Spec.Name}: it was cancelled")
            : PodTurns.Internal(pod, error);
        changes.Change(pod, record => record with { State = PodState.Failed, Fault = fault, Sandbox = null, Setup = record.Made ? record.Setup : new SetupReport(SetupState.None) });
    }
}
