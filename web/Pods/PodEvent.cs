namespace Pinacle.Web.Pods;

/// <summary>One line of what happened to a pod.</summary>
/// <remarks>The key is a number of the database and not a UUID: a reader goes on after the last one it saw. Writers of one pod hold its row, so numbers become visible in their order.</remarks>
public sealed class PodEvent
{
    public long Id { get; init; }

    public required Guid PodId { get; init; }

    /// <summary>The run of the act that the line belongs to; with <see cref="Seq"/> unique in the pod, so that lines heard twice stand once.</summary>
    public required string Run { get; init; }

    public required int Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    public required PodEventKind Kind { get; init; }

    public required string Message { get; init; }

    public PodEventData? Data { get; init; }
}
