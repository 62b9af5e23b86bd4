using Pinacle.Contracts;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Ends what runs of a pod in order: services, whatever else, the sandbox. Its files stay.</summary>
public sealed partial class PodStop(PodChanges changes, PodWatch watch, Sandbox sandbox, Checkpoints checkpoints, ILogger<PodStop> logger)
{
    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(20);

    /// <summary>Does it because a person wants the pod stopped.</summary>
    public async Task Run(Pod pod, PodAct act, CancellationToken cancellationToken)
    {
        switch (pod.Record)
        {
            case { State: PodState.Stopped }:
                return;
            case { State: PodState.Asleep, Made: true }:
                changes.Change(pod, record => record with { State = PodState.Stopped, Checkpoint = null, ColdBecause = null, AwakeUntil = null });
                await checkpoints.Delete(pod.Id, cancellationToken);
                return;
            case not { State: PodState.Running or PodState.Creating or PodState.Failed, Made: true }:
                throw new FaultException(FaultKind.Conflict, $"cannot stop pod {pod.Record?.Spec.Name}: it is {pod.Record?.State.ToString().ToLowerInvariant()}");
        }
        changes.Change(pod, record => record with { State = PodState.Stopping, Fault = null, AwakeUntil = null });
        FaultPoints.Reach(FaultPoint.StopRecorded);
        await End(pod, act, cancellationToken);
        changes.Change(pod, record => record with { State = PodState.Stopped, Sandbox = null, Setup = Begun(record.Setup) });
    }

    /// <summary>Does it in place of a sleep, with a pod that cannot keep its memory: it is asleep then, and starts cold when somebody asks for it.</summary>
    /// <param name="pod">A pod that runs.</param>
    /// <param name="act">What it is a part of.</param>
    /// <param name="because">Why it starts cold.</param>
    /// <param name="cancellationToken">Gives up the order, not the end.</param>
    public async Task ForLater(Pod pod, PodAct act, string because, CancellationToken cancellationToken)
    {
        changes.Change(pod, record => record with { State = PodState.Sleeping });
        await End(pod, act, cancellationToken);
        changes.Change(pod, record => record with { State = PodState.Asleep, Sandbox = null, Checkpoint = null, ColdBecause = because, Setup = Begun(record.Setup) });
    }

    // A setup that was cut begins again.
    private static SetupReport Begun(SetupReport setup) => setup.State == SetupState.Running ? new SetupReport(SetupState.None) : setup;

    private async Task End(Pod pod, PodAct act, CancellationToken cancellationToken)
    {
        if (pod.Guest is not null)
            await act.Step("shutdown", "Stopping the services", () => ShutDown(pod, cancellationToken));
        FaultPoints.Reach(FaultPoint.ServicesStopped);
        try
        {
            await act.Step("end", "Ending the sandbox", async () =>
            {
                await watch.Stop(pod);
                await sandbox.End(pod.Id, pod.Record!.Slot);
            });
        }
        catch (Exception error)
        {
            // The record keeps the sandbox: what is left of it still counts, and the next act on the pod ends it first.
            var fault = new Fault(FaultKind.Internal, $"cannot stop pod {pod.Record!.Spec.Name}: not all that ran of it could be ended; retry or delete it", error.Message);
            changes.Change(pod, record => record with { State = PodState.Failed, Fault = fault });
            throw new FaultException(fault, error);
        }
    }

    // A guest that does not shut down is ended: somebody asked for a stop.
    private async Task ShutDown(Pod pod, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ShutdownLimit);
        try
        {
            watch.Expect(pod);
            await pod.Reach().Shutdown(limit.Token);
        }
        catch (Exception error) when (error is FaultException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.NoShutdown(logger, error, pod.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "the guest of pod {Pod} did not shut down; it is ended")]
        public static partial void NoShutdown(ILogger logger, Exception error, string pod);
    }
}
