using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Which state may follow which. Everything else throws: it would be a defect of podd, not of a caller.</summary>
public static class PodTransitions
{
    /// <summary>Gives <paramref name="to"/>, or throws where it may not follow <paramref name="from"/> (null: no pod yet).</summary>
    public static PodState Check(PodState? from, PodState to) =>
        from == to || Allowed(from).Contains(to)
            ? to
            : throw new InvalidOperationException($"cannot go from {from?.ToString() ?? "nothing"} to {to}: no such transition");

    private static PodState[] Allowed(PodState? from) => from switch
    {
        null => [PodState.Creating, PodState.Restoring],
        PodState.Creating => [PodState.Running, PodState.Failed, PodState.Stopping, PodState.Stopped, PodState.Deleting],
        PodState.Running => [PodState.Stopping, PodState.Stopped, PodState.Sleeping, PodState.Asleep, PodState.Restoring, PodState.Failed, PodState.Deleting],
        PodState.Stopping => [PodState.Stopped, PodState.Failed, PodState.Deleting],
        PodState.Stopped => [PodState.Starting, PodState.Restoring, PodState.Deleting],
        PodState.Starting => [PodState.Running, PodState.Stopped, PodState.Failed, PodState.Deleting],
        PodState.Sleeping => [PodState.Asleep, PodState.Running, PodState.Stopped, PodState.Failed, PodState.Deleting],
        PodState.Asleep => [PodState.Waking, PodState.Starting, PodState.Stopped, PodState.Restoring, PodState.Deleting],
        PodState.Waking => [PodState.Running, PodState.Starting, PodState.Asleep, PodState.Failed, PodState.Deleting],
        PodState.Restoring => [PodState.Starting, PodState.Stopped, PodState.Failed, PodState.Deleting],
        PodState.Failed => [PodState.Creating, PodState.Starting, PodState.Stopping, PodState.Stopped, PodState.Restoring, PodState.Deleting],
        _ => [],
    };
}
