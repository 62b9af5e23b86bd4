using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Lets acts on one pod run one after the other, and turns whatever becomes of each into its last line.</summary>
public sealed partial class PodTurns(Fleet fleet, Freezer freezer, Reports reports, ILogger<PodTurns> logger)
{
    /// <summary>Joins the act that is asked for, or begins it: after everything is reclaimed, in the pod's turn, on a pod that does not stand still.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="asked">What is asked; the same again joins.</param>
    /// <param name="body">The act.</param>
    /// <param name="passing">True for a delete: everything else is told to end, and an unreadable record is no obstacle.</param>
    /// <param name="begun">Called before an act is begun, not where one is joined; what it throws refuses the act.</param>
    public PodAct Begin(Pod pod, string asked, Func<PodAct, CancellationToken, Task> body, bool passing = false, Action? begun = null)
    {
        var (act, started) = pod.Join(asked, passing, begun);
        if (started)
            _ = Task.Run(() => Run(pod, act, body, passing));
        return act;
    }

    /// <summary>The fault of an act that broke in a way that nobody foresaw.</summary>
    public static Fault Internal(Pod pod, Exception error) =>
        new(FaultKind.Internal, error.Message.StartsWith("cannot", StringComparison.Ordinal) ? error.Message.Split('\n')[0] : $"cannot do this with pod {pod.Id}", error.Message);

    private async Task Run(Pod pod, PodAct act, Func<PodAct, CancellationToken, Task> body, bool passing)
    {
        var taken = false;
        try
        {
            await fleet.Reclaimed.WaitAsync(act.Stop.Token);
            await pod.Turn.WaitAsync(act.Stop.Token);
            taken = true;
            if (pod.Unreadable is { } fault && !passing)
                throw new FaultException(fault);
            freezer.Thaw(pod);
            await body(act, act.Stop.Token);
            act.Finish(passing ? null : reports.Of(pod));
        }
        catch (OperationCanceledException) when (act.Stop.IsCancellationRequested)
        {
            act.Finish(new Fault(FaultKind.Conflict, $"cannot go on with pod {pod.Id}: it is being deleted"));
        }
        catch (FaultException error)
        {
            Log.Refused(logger, error, Verb(act), pod.Id);
            act.Finish(error.Fault);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Log.Failed(logger, error, Verb(act), pod.Id);
            act.Finish(Internal(pod, error));
        }
        finally
        {
            if (taken)
                pod.Turn.Release();
            if (pod is { Record: null, Unreadable: null })
                fleet.Remove(pod);
        }
    }

    // Behind it is what tells one wish from another: hashes.
    private static string Verb(PodAct act) => act.Asked.Split(' ')[0];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot {Act} pod {Pod}")]
        public static partial void Refused(ILogger logger, Exception error, string act, string pod);

        [LoggerMessage(Level = LogLevel.Error, Message = "cannot {Act} pod {Pod}")]
        public static partial void Failed(ILogger logger, Exception error, string act, string pod);
    }
}
