namespace Pinacle.Contracts;

/// <summary>Facts about <see cref="PodState"/> that both sides need.</summary>
public static class PodStates
{
    /// <summary>True for a state in which no act is under way.</summary>
    public static bool IsStable(this PodState state) =>
        state is PodState.Requested or PodState.Running or PodState.Asleep or PodState.Stopped or PodState.Failed;
}
