using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Wakes the pods that are to be awake (always on, or kept awake) and sleep only because their host went down: one after the other, so that a host that has just come up is not overrun, and as far as there is room.</summary>
public sealed partial class Waker(Fleet fleet, PodLifecycle lifecycle, TimeProvider time, ILogger<Waker> logger)
{
    // Somebody may have made room.
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <summary>Does it after podd's start, until no pod is left that waits for it.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Again, time);
        do
        {
            // Leases end by themselves.
            foreach (var pod in fleet.Pods.Where(IsOwed).OrderBy(pod => pod.Record!.Spec.Sleep.AlwaysOn ? 0 : 1).ToArray())
            {
                var end = await lifecycle.StartOwed(pod).End(cancellationToken);
                if (end.Fault is { } fault)
                    Log.SleepsOn(logger, pod.Id, fault.Message);
                else if (end.Report is { State: PodState.Running })
                    Log.Woken(logger, pod.Id);
            }
        }
        while (fleet.Pods.Any(IsOwed) && await timer.WaitForNextTickAsync(cancellationToken));
    }

    private bool IsOwed(Pod pod) => pod.Record?.IsOwedItsWake(time.GetUtcNow()) == true;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "pod {Pod}, which is to be awake, was woken after its host had gone down")]
        public static partial void Woken(ILogger logger, string pod);

        [LoggerMessage(Level = LogLevel.Warning, Message = "pod {Pod}, which is to be awake, sleeps on for now: {Because}")]
        public static partial void SleepsOn(ILogger logger, string pod, string because);
    }
}
