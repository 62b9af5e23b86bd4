using Pinacle.Contracts;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Pods;

/// <summary>Watches pods that run: what their guests say, what they use, and when they end.</summary>
public sealed partial class PodWatch(Sandbox sandbox, Autopsy autopsy, PodChanges changes, Reports reports, TimeProvider time, ILogger<PodWatch> logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Begins to watch the sandbox of the pod's record.</summary>
    public void Start(Pod pod)
    {
        var record = pod.Record!;
        var (watching, gone) = (new CancellationTokenSource(), new CancellationTokenSource());
        (pod.Watching, pod.Guest, pod.Address) = (watching, sandbox.GuestFor(pod, gone.Token), sandbox.AddressOf(record));
        _ = ProcessEnd.Of(record.Sandbox!).ContinueWith(_ => gone.Cancel(), TaskScheduler.Default);
        pod.Count(sandbox.CgroupOf(pod.Id).OomKills, first: true);
        _ = Task.Run(() => Listen(pod, watching.Token), CancellationToken.None);
        _ = Task.Run(() => Mourn(pod, record.Sandbox!, watching.Token), CancellationToken.None);
    }

    /// <summary>The sandbox will be ended: that is no death.</summary>
    public void Expect(Pod pod) => pod.Watching?.Cancel();

    /// <summary>Stops watching and forgets what was seen.</summary>
    public Task Stop(Pod pod)
    {
        pod.Watching?.Cancel();
        pod.EndStanding();
        (pod.Watching, pod.Guest, pod.Address, pod.Status, pod.Usage, pod.Cores) = (null, null, null, null, null, null);
        return Task.CompletedTask;
    }

    private async Task Listen(Pod pod, CancellationToken cancellationToken)
    {
        var (guest, lost) = (pod.Guest!, false);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var status in guest.Watch(cancellationToken))
                {
                    (pod.Status, lost) = (status, false);
                    reports.Publish(pod);
                }
            }
            catch (Exception error) when (error is FaultException or IOException or OperationCanceledException)
            {
                if (cancellationToken.IsCancellationRequested)
                    return;
                if (!lost)
                    Log.Lost(logger, pod.Id, error.Message);
                lost = true;
            }
            await Task.Delay(Retry, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Mourn(Pod pod, ProcessIdentity process, CancellationToken cancellationToken)
    {
        ProcessExit? exit;
        DateTimeOffset end;
        try
        {
            exit = await ProcessEnd.Of(process).WaitAsync(cancellationToken);
            // Before the wait for the turn: what killed it was a moment ago only as seen from here.
            pod.Count(sandbox.CgroupOf(pod.Id).OomKills);
            end = time.GetUtcNow();
            // What kills it may be an act's own undoing, which holds the turn.
            await pod.Turn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            if (cancellationToken.IsCancellationRequested || pod.Record?.Sandbox != process)
                return;
            var death = await autopsy.Of(pod, exit, end, "its sandbox ended; podd was restarted since it began, so that its exit code is not known, and nothing else says why");
            Log.Died(logger, pod.Id, death.Message);
            await Stop(pod);
            pod.EndConnections();
            await Bury(pod, death);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.CannotBury(logger, error, pod.Id);
        }
        finally
        {
            pod.Turn.Release();
        }
    }

    private async Task Bury(Pod pod, DeathCertificate death)
    {
        Fault? fault = null;
        try
        {
            await sandbox.End(pod.Id, pod.Record!.Slot);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.CannotBury(logger, error, pod.Id);
            fault = new Fault(FaultKind.Internal, $"cannot clean up after the end of pod {pod.Record!.Spec.Name}: retry or delete it", error.Message);
        }
        changes.Change(pod, record => record switch
        {
            { Made: false } => record with { State = PodState.Failed, Sandbox = null, Death = death, Fault = fault ?? new Fault(FaultKind.Internal, $"cannot make pod {record.Spec.Name}: {death.Message}") },
            _ when fault is not null => record with { State = PodState.Failed, Death = death, Fault = fault },
            _ => record with { State = PodState.Stopped, Sandbox = null, Death = death },
        });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "lost the guest of pod {Pod}, trying again each second: {Message}")]
        public static partial void Lost(ILogger logger, string pod, string message);

        [LoggerMessage(Level = LogLevel.Warning, Message = "pod {Pod} died: {Message}")]
        public static partial void Died(ILogger logger, string pod, string message);

        [LoggerMessage(Level = LogLevel.Error, Message = "cannot clean up after the death of pod {Pod}")]
        public static partial void CannotBury(ILogger logger, Exception error, string pod);
    }
}
