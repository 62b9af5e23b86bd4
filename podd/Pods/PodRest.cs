using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Takes a pod off its host's memory whether or not it can sleep: one that cannot keep its processes is stopped in order, and starts cold when somebody asks for it.</summary>
public sealed class PodRest(PodSleep sleep, PodStop stop)
{
    /// <summary>Does it, in the pod's turn. A pod of which nothing runs is left as it is.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="act">What it is a part of.</param>
    /// <param name="why">What a cold start says of the reason: "its host needed the memory".</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task Run(Pod pod, PodAct act, string why, CancellationToken cancellationToken)
    {
        try
        {
            if (pod.Record is { State: PodState.Running })
                await sleep.Run(pod, act, cancellationToken);
            else if (pod.Record is { State: PodState.Creating, Made: true })
                await stop.Run(pod, act, cancellationToken); // in the middle of its setup, which its next start begins again
        }
        catch (FaultException error) when (pod.Record is { State: PodState.Running })
        {
            await stop.ForLater(pod, act, $"{why}, and it could not sleep ({error.Fault.Message})", cancellationToken);
        }
    }
}
