using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>One step of an act on a pod, with what it printed.</summary>
public sealed class LogStep(PodEvent begin)
{
    /// <summary>Number of the event that began it; names its elements on the page.</summary>
    public long Id { get; } = begin.Id;

    public string Name { get; } = begin.Data?.Step ?? "step";

    /// <summary>What it runs or does.</summary>
    public string About { get; } = begin.Message;

    public DateTimeOffset At { get; } = begin.At;

    public LogStepState State { get; private set; } = LogStepState.Running;

    public double? Seconds { get; private set; }

    /// <summary>Why it failed.</summary>
    public string? Fault { get; private set; }

    /// <summary>The lines that are to be shown now; on a first render the newest ones, later those that came since.</summary>
    public List<string> Lines { get; } = [];

    internal void End(PodEvent end)
    {
        var well = end.Data?.Phase == ProgressKind.End;
        State = well ? LogStepState.Done : LogStepState.Failed;
        Seconds = end.Data?.Seconds;
        Fault = well ? null : end.Message;
    }

    /// <summary>Another step began although nobody heard the end of this one.</summary>
    internal void Cut()
    {
        if (State == LogStepState.Running)
            State = LogStepState.Cut;
    }
}
