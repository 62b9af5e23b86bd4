using System.Globalization;
using System.Runtime.CompilerServices;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Something long that is done with a pod. Runs whether or not anybody listens; whoever joins gets every line from the first.</summary>
/// <param name="asked">What was asked: asking the same again joins this act.</param>
/// <param name="time">The clock.</param>
/// <param name="before">Lines of an act that was asked the same and ended a moment ago; they come first, under their own numbers.</param>
public sealed class PodAct(string asked, TimeProvider time, IEnumerable<ProgressLine> before)
{
    // Output beyond this is left out of the replay, not of the guest's log.
    private const int MostLines = 20_000;

    // A caller that was killed comes back when its lease has ended (30 s) or its retry is due (2 min).
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private static long _runs;

    private readonly List<ProgressLine> _lines = [.. before];
    private readonly string _run = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeMilliseconds():x}-{Interlocked.Increment(ref _runs):x}");
    private int _own;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was asked.</summary>
    public string Asked => asked;

    /// <summary>Ends the act early: a delete passes the queue.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>The last line, once there is one.</summary>
    public ProgressLine? Last { get; private set; }

    /// <summary>Does one step and tells when it begins, and how it ended after how long.</summary>
    public async Task<T> Step<T>(string step, string message, Func<Task<T>> work)
    {
        Add(new ProgressLine { Step = step, Kind = ProgressKind.Begin, Message = message });
        var clock = time.GetTimestamp();
        try
        {
            var result = await work();
            Add(new ProgressLine { Step = step, Kind = ProgressKind.End, Seconds = Elapsed(clock) });
            return result;
        }
        catch (Exception error)
        {
            var reason = error is FaultException fault ? fault.Fault.Message : error is OperationCanceledException ? "cancelled" : "cannot do this step";
            Add(new ProgressLine { Step = step, Kind = ProgressKind.Fail, Message = reason, Seconds = Elapsed(clock) });
            throw;
        }
    }

    /// <inheritdoc cref="Step{T}"/>
    public Task Step(string step, string message, Func<Task> work) =>
        Step(step, message, async () =>
        {
            await work();
            return true;
        });

    /// <summary>What was said lately, for a caller that was gone when it ended.</summary>
    public IReadOnlyList<ProgressLine> Recent()
    {
        lock (_lines)
            return [.. _lines.Where(line => !line.Done && line.At > time.GetUtcNow() - Memory)];
    }

    /// <summary>Passes on what the guest says of its steps, under the numbers of the guest's own run: whoever follows that run again, through whichever act, gets no line twice.</summary>
    /// <param name="run">Names the run, unique per pod.</param>
    /// <param name="line">What the guest said.</param>
    public void Tell(string run, GuestSetupEvent line)
    {
        if (line.Kind != ProgressKind.Done)
            Add(new ProgressLine { Run = run, Seq = line.Seq, Step = line.Step, Kind = line.Kind, Message = line.Message, Seconds = line.Seconds });
    }

    /// <summary>Ends it well.</summary>
    public void Finish(PodReport? report) => Add(new ProgressLine { Kind = ProgressKind.Done, Done = true, Report = report });

    /// <summary>Ends it badly.</summary>
    public void Finish(Fault fault) => Add(new ProgressLine { Kind = ProgressKind.Done, Done = true, Fault = fault });

    /// <summary>Every line from the first to the last, waiting for those that are not there yet.</summary>
    public async IAsyncEnumerable<ProgressLine> Lines([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            ProgressLine[] ready;
            Task more;
            lock (_lines)
            {
                ready = [.. _lines.Skip(next)];
                more = _more.Task;
            }
            foreach (var line in ready)
                yield return line;
            next += ready.Length;
            if (ready is [.., { Done: true }])
                yield break;
            await more.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for the last line.</summary>
    public async Task<ProgressLine> End(CancellationToken cancellationToken)
    {
        await foreach (var line in Lines(cancellationToken))
        {
            if (line.Done)
                return line;
        }
        throw new InvalidOperationException("an act had no last line");
    }

    private double Elapsed(long clock) => Math.Round(time.GetElapsedTime(clock).TotalSeconds, 3);

    private void Add(ProgressLine line)
    {
        TaskCompletionSource told;
        lock (_lines)
        {
            if (Last is not null || (line.Kind == ProgressKind.Output && _lines.Count >= MostLines))
                return;
            var numbered = (line.Seq > 0 ? line : line with { Seq = ++_own, Run = _run }) with { At = time.GetUtcNow() };
            _lines.Add(numbered);
            if (line.Done)
                Last = numbered;
            (told, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        told.SetResult();
    }
}
