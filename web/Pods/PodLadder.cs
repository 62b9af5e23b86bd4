using Pinacle.Contracts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pods;

/// <summary>Moves a pod along its ladder because a person says so. Its host decides and acts, no job does: a wake must not wait for a queue. The row follows by the host's report, as it does when the host moves the pod by itself.</summary>
public sealed class PodLadder(PinacleDb db, PoddClients podds, TimeProvider time)
{
    // A sleep takes two to ten seconds, most of them for connections to end. What takes longer goes on without its asker.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Puts a pod to sleep.</summary>
    /// <returns>False when it has not come to its end yet.</returns>
    /// <exception cref="FaultException">It is not running, or something in it cannot sleep; it runs on.</exception>
    public Task<bool> Sleep(Pod pod, CancellationToken cancellationToken)
    {
        if (pod.Status is not (PodState.Running or PodState.Sleeping or PodState.Asleep))
            throw Refusal(pod, "put", " to sleep");
        return Follow(pod, podd => podd.Sleep(pod.Id, cancellationToken), toItsEnd: true, cancellationToken);
    }

    /// <summary>Brings an asleep pod back.</summary>
    /// <returns>False when it has not come to its end yet.</returns>
    /// <exception cref="FaultException">It is neither asleep nor awake, or cannot come back.</exception>
    public Task<bool> Wake(Pod pod, CancellationToken cancellationToken)
    {
        RefuseIfDown(pod, "wake");
        return Follow(pod, podd => podd.Wake(pod.Id, cancellationToken), toItsEnd: false, cancellationToken);
    }

    /// <summary>Keeps a pod awake for a while, whatever it does; wakes it where it is asleep.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="lease">For how long, from now on; 0 seconds end an earlier lease.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InputException">The lease is invalid.</exception>
    /// <exception cref="FaultException">The pod is neither asleep nor awake, or cannot come back.</exception>
    public Task<bool> KeepAwake(Pod pod, KeepAwakeSpec lease, CancellationToken cancellationToken)
    {
        var errors = new InputErrors();
        errors.Add("seconds", lease.Seconds is >= 0 and <= KeepAwakeSpec.Longest ? null : $"Seconds are 0 (no longer) to {KeepAwakeSpec.Longest}.");
        errors.Refuse();
        RefuseIfDown(pod, "keep");
        return Follow(pod, podd => podd.KeepAwake(pod.Id, lease, cancellationToken), toItsEnd: false, cancellationToken);
    }

    // Cutting the connection does not cut the act.
    private async Task<bool> Follow(Pod pod, Func<PoddClient, IAsyncEnumerable<ProgressLine>> act, bool toItsEnd, CancellationToken cancellationToken)
    {
        var podd = await podds.Of(pod.HostId!.Value, cancellationToken);
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var done = false;
        try
        {
            await foreach (var line in act(podd).WithCancellation(either.Token))
            {
                done = line.Done;
                if (!toItsEnd)
                    break; // it was taken on
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            done = false;
        }
        await db.Entry(pod).ReloadAsync(cancellationToken);
        return done;
    }

    private static void RefuseIfDown(Pod pod, string act)
    {
        if (pod.Status is not (PodState.Running or PodState.Sleeping or PodState.Asleep or PodState.Waking))
            throw Refusal(pod, act, act == "keep" ? " awake" : "");
    }

    private static FaultException Refusal(Pod pod, string act, string more) =>
        new(FaultKind.Conflict, $"cannot {act} pod {pod.Name}{more}: it is {Words.Of(pod.Status)}");
}
