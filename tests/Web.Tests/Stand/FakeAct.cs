using Pinacle.Contracts;

namespace Pinacle.Web.Tests.Stand;

/// <summary>Writes the lines of one act of <see cref="FakePodd"/>.</summary>
public sealed class FakeAct(string run, Func<ProgressLine, Task> write)
{
    private int seq;

    public async Task Step(string name, Func<Task> work)
    {
        await Write(new ProgressLine { Step = name, Kind = ProgressKind.Begin, Message = name });
        await work();
        await Write(new ProgressLine { Step = name, Kind = ProgressKind.End, Message = name, Seconds = 0.1 });
    }

    public Task Output(string step, string text) => Write(new ProgressLine { Step = step, Kind = ProgressKind.Output, Message = text });

    public async Task Fail(string step, Fault fault)
    {
        await Write(new ProgressLine { Step = step, Kind = ProgressKind.Fail, Message = fault.Message, Seconds = 0.1 });
        await Write(new ProgressLine { Kind = ProgressKind.Done, Done = true, Fault = fault });
    }

    public Task Done(PodReport? report) => Write(new ProgressLine { Kind = ProgressKind.Done, Done = true, Report = report });

    private Task Write(ProgressLine line) => write(line with { Run = run, Seq = ++seq, At = TimeProvider.System.GetUtcNow() });
}
