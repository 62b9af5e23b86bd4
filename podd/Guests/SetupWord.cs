using Pinacle.Contracts;

namespace Pinacle.Podd.Guests;

/// <summary>What a guest says of a run of setup steps: in order, of steps that were asked for, and with an end. Each beginning of a step is written to the host's disk and told to web.</summary>
/// <param name="setup">What was asked.</param>
internal sealed class SetupWord(GuestSetup setup)
{
    // The guest itself keeps 50,000 of a run.
    private const int MostEvents = 100_000;
    private const int LongestMessage = 16 << 10;

    // A run that the end of its sandbox cut begins its steps again in the next one.
    private readonly int _mostTurns = 64 * (setup.Steps.Count + 2);
    private readonly HashSet<string> _steps = [.. setup.Steps.Select(step => step.Name), "clone"];
    private int _seq;
    private int _events;
    private int _turns;

    /// <summary>The next event.</summary>
    public GuestSetupEvent Check(GuestSetupEvent line)
    {
        if (line.Seq <= _seq || (line.Step is { } step && !_steps.Contains(step)))
            throw GuestConnection.Broken("an event of a step that was not asked for, or out of order");
        if (++_events > MostEvents || (line.Kind != ProgressKind.Output && ++_turns > _mostTurns))
            throw GuestConnection.Broken("a setup without end");
        _seq = line.Seq;
        return line with
        {
            Message = line.Message is { } message ? GuestWord.Cut(message, LongestMessage) : null,
            Seconds = line.Seconds is >= 0 ? line.Seconds : null,
            Fault = line.Fault is { } fault ? GuestWord.Check(fault) : null,
        };
    }
}
