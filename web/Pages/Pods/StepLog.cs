using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Folds the events of a pod into steps, at once for a first render and batch by batch for a live one.</summary>
public sealed class StepLog
{
    private readonly List<LogStep> steps = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<LogStep> Steps => steps;

    /// <summary>The last event taken; 0 before the first.</summary>
    public long LastId { get; private set; }

    /// <summary>Takes events in their order; what they change, by step. The lines of earlier batches are let go.</summary>
    public IReadOnlyList<LogNews> Take(IEnumerable<PodEvent> events)
    {
        foreach (var step in steps)
            step.Lines.Clear();
        var news = new Dictionary<LogStep, LogNews>();
        foreach (var line in events)
        {
            LastId = Math.Max(LastId, line.Id);
            if (line is { Kind: PodEventKind.Step, Data.Phase: ProgressKind.Begin })
                Begin(line, news);
            else if (StepOf(line) is { } step)
                Continue(step, line, news);
        }

        return [.. news.Values.OrderBy(one => one.Step.Id)];
    }

    private void Begin(PodEvent line, Dictionary<LogStep, LogNews> news)
    {
        foreach (var open in steps.Where(step => step.State == LogStepState.Running))
        {
            open.Cut();
            news[open] = Of(open, news) with { HasEnded = true };
        }

        var begun = new LogStep(line);
        steps.Add(begun);
        news[begun] = new LogNews(begun, IsNew: true, HasEnded: false);
    }

    private static void Continue(LogStep step, PodEvent line, Dictionary<LogStep, LogNews> news)
    {
        var before = Of(step, news);
        if (line.Kind == PodEventKind.Output)
        {
            step.Lines.Add(line.Message);
            news[step] = before;
            return;
        }

        step.End(line);
        news[step] = before with { HasEnded = true };
    }

    private static LogNews Of(LogStep step, Dictionary<LogStep, LogNews> news) =>
        news.GetValueOrDefault(step) ?? new LogNews(step, IsNew: false, HasEnded: false);

    /// <summary>The step that a line is about; a fault of a whole act is about none.</summary>
    private LogStep? StepOf(PodEvent line)
    {
        var ends = line is { Kind: PodEventKind.Step, Data.Phase: ProgressKind.End or ProgressKind.Fail } or { Kind: PodEventKind.Fault, Data.Step: not null };
        if (line.Kind != PodEventKind.Output && !ends)
            return null;
        return line.Data?.Step is { } name
            ? steps.FindLast(step => string.Equals(step.Name, name, StringComparison.Ordinal))
            : steps.LastOrDefault();
    }
}
