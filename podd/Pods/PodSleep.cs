using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Bundles;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Guests;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;
using Pinacle.Podd.Runsc;
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
    Autopsy autopsy,
    TimeProvider time,
    ILogger<PodSleep> logger)
{
    private const int MostProbed = 64;
    private static readonly TimeSpan MeasureFor = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan ResumeLimit = TimeSpan.FromSeconds(60);

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
        var end = ProcessEnd.Of(record.Sandbox!);
        try
        {
            var (cores, candidates) = (pod.Cores ?? await Measure(pod, cancellationToken), PortsToProbe(pod, record));
            await watch.Stop(pod);
            var answering = await act.Step("hang-up", "Ending its connections", () => Until(end, token => EndConnections(pod, record, candidates, token), cancellationToken));
            FaultPoints.Reach(FaultPoint.HungUp);
            var bytes = await act.Step("checkpoint", "Writing its memory", () => Write(record, cancellationToken));
            changes.Change(pod, known => known with
            {
                State = PodState.Asleep,
                Checkpoint = new CheckpointRecord(time.GetUtcNow(), bytes, record.Runsc!, record.Guest!, Processor.Hash, cores, answering),
                ColdBecause = null,
            });
            FaultPoints.Reach(FaultPoint.AsleepRecorded);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            if (!await GoOn(pod, record, end))
                throw new FaultException(new Fault(FaultKind.Internal, $"cannot put pod {record.Spec.Name} to sleep with its processes: {pod.Record?.Death?.Message}; it starts cold", error.Message), error);
            if (error is HostCommandException refused)
                throw new FaultException(new Fault(FaultKind.Conflict, $"cannot put pod {record.Spec.Name} to sleep: {await WhatHolds(record) ?? "its sandbox does not give its memory"}", refused.Reason), error);
            throw;
        }
        await act.Step("end", "Giving back memory and network", () => sandbox.End(pod.Id, record.Slot));
        changes.Change(pod, known => known with { Sandbox = null });
    }

    /// <summary>Lets a pod go on that was on its way to sleep. One whose sandbox does not go on is dead: it is ended, and its files stay; whoever asks for the pod next starts it cold.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="record">Of the sandbox that was to sleep.</param>
    /// <param name="end">Completes when that ends.</param>
    /// <returns>False when it is dead.</returns>
    public async Task<bool> GoOn(Pod pod, PodRecord record, Task<ProcessExit?> end)
    {
        try
        {
            await payloads.Runsc(record.Runsc!).Resume(pod.Id);
            await network.PickUp(record.Slot, CancellationToken.None);
            // runsc says of a sandbox that cannot go on what it says of one that need not.
            await sandbox.Await(record, ResumeLimit, CancellationToken.None);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.IsDead(logger, error, pod.Id);
            await Bury(pod, record, end);
            return false;
        }
        await checkpoints.Delete(pod.Id, CancellationToken.None);
        watch.Start(pod);
        changes.Change(pod, known => known with { State = PodState.Running });
        Log.GoesOn(logger, pod.Id);
        return true;
    }

    // Most often it is a file that has been deleted and is still in use: no memory is written that has one in it. (After an update, say, of what runs.)
    private async Task<string?> WhatHolds(PodRecord record)
    {
        try
        {
            var files = await sandbox.GuestOf(record).HeldFiles(CancellationToken.None);
            if (files.Count == 0)
                return null;
            var more = files.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" (and {files.Count - 1} more)");
            return string.Create(CultureInfo.InvariantCulture, $"{files[0].Process}, process {files[0].ProcessId}, uses {files[0].Path}{more}, which was deleted or replaced; restart it");
        }
        catch (Exception error) when (error is IOException or FaultException)
        {
            Log.IsNotTold(logger, error, record.Spec.Id);
            return null;
        }
    }

    private async Task Bury(Pod pod, PodRecord record, Task<ProcessExit?> end)
    {
        pod.Count(sandbox.CgroupOf(pod.Id).OomKills);
        var death = end.IsCompleted
            ? await autopsy.Of(pod, await end, time.GetUtcNow(), "its sandbox ended while it was put to sleep, and nothing says why")
            : new DeathCertificate(DeathCause.Runtime, "its sandbox could not go on after a sleep that failed", time.GetUtcNow());
        try
        {
            await sandbox.End(pod.Id, record.Slot);
            await checkpoints.Delete(pod.Id, CancellationToken.None);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The record keeps the sandbox: the next act on the pod ends it first.
            var fault = new Fault(FaultKind.Internal, $"cannot clean up after the end of pod {record.Spec.Name}: retry or delete it", error.Message);
            changes.Change(pod, known => known with { State = PodState.Failed, Death = death, Fault = fault });
            throw new FaultException(fault, error);
        }
        changes.Change(pod, known => known with { State = PodState.Asleep, Sandbox = null, Checkpoint = null, Death = death, ColdBecause = death.Message });
    }

    // Nothing answers for a sandbox that has ended, not even with a refusal.
    private static async Task<T> Until<T>(Task end, Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var acting = act(alive.Token);
        if (await Task.WhenAny(acting, end) == end)
            await alive.CancelAsync();
        return await acting;
    }

    // Of a pod that has not been looked at for long enough.
    private async Task<double> Measure(Pod pod, CancellationToken cancellationToken)
    {
        var (cgroup, began) = (sandbox.CgroupOf(pod.Id), time.GetTimestamp());
        var before = cgroup.CpuTime;
        await Task.Delay(MeasureFor, time, cancellationToken);
        return (cgroup.CpuTime - before) / time.GetElapsedTime(began);
    }

    // Those of which podd knows that they serve whoever comes: a probe must not be the one caller that something else waits for.
    private static int[] PortsToProbe(Pod pod, PodRecord record) =>
        [.. (pod.Status?.Ports ?? []).Select(port => port.Port).Intersect(record.Spec.Services.Select(service => service.Port).Concat(pod.Requests.Answering)).Take(MostProbed)];

    // What is left is what reacted to a probe before.
    private async Task<IReadOnlyList<int>> EndConnections(Pod pod, PodRecord record, int[] candidates, CancellationToken cancellationToken)
    {
        var guest = sandbox.GuestOf(record);
        await guest.Sync(cancellationToken);
        var answering = candidates.Length == 0 ? [] : await Answering(guest, candidates, cancellationToken);
        if (await hangUp.Run(pod, guest, payloads.Runsc(record.Runsc!), cancellationToken) is [var left, ..])
            throw new FaultException(FaultKind.Conflict, $"cannot put pod {record.Spec.Name} to sleep: a process keeps its connection to {left.Remote}", $"from {left.Local}, state {left.State}");
        return answering;
    }

    private static async Task<IReadOnlyList<int>> Answering(GuestClient guest, int[] candidates, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await guest.Probe(candidates, cancellationToken)).Where(probe => probe.Result == ProbeResult.Answers).Select(probe => probe.Port)];
        }
        catch (FaultException error) when (error.Fault.Kind == FaultKind.Invalid)
        {
            return []; // a guest of before there were probes
        }
    }

    private async Task<long> Write(PodRecord record, CancellationToken cancellationToken)
    {
        var id = record.Spec.Id;
        var memory = await checkpoints.Begin(id, cancellationToken);
        await payloads.Runsc(record.Runsc!).Checkpoint(id, memory, cancellationToken);
        await Mend(id, Path.Combine(memory, "checkpoint.img"));
        FaultPoints.Reach(FaultPoint.MemoryWritten);
        return await checkpoints.Complete(id, cancellationToken);
    }

    // A memory that is not understood is kept as it is: most have nothing to mend, and a wake that comes back broken is noticed.
    private async Task Mend(string id, string image)
    {
        try
        {
            if (await Task.Run(() => LostInterests.Remove(image)) is > 0 and var lost)
                Log.Mended(logger, id, lost);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            Log.NotUnderstood(logger, error, id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "pod {Pod}: {Lost} epoll entries of closed descriptors are taken out of its memory")]
        public static partial void Mended(ILogger logger, string pod, int lost);

        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot look through the memory of pod {Pod} for epoll entries of closed descriptors; it is kept as it is")]
        public static partial void NotUnderstood(ILogger logger, Exception error, string pod);

        [LoggerMessage(Level = LogLevel.Information, Message = "pod {Pod} does not sleep, it goes on")]
        public static partial void GoesOn(ILogger logger, string pod);

        [LoggerMessage(Level = LogLevel.Warning, Message = "the guest of pod {Pod} does not say what keeps it from sleeping")]
        public static partial void IsNotTold(ILogger logger, Exception error, string pod);

        [LoggerMessage(Level = LogLevel.Error, Message = "pod {Pod} neither sleeps nor goes on; it is ended, and starts cold when it is asked for")]
        public static partial void IsDead(ILogger logger, Exception error, string pod);
    }
}
