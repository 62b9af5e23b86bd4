using Pinacle.Contracts;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A wake in the middle of a sleep, a delete in the middle of either, and podd killed in the middle of both: the last wish holds in the end, and nothing is left.</summary>
public sealed class CrossedActsTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    [SkippableTheory]
    [InlineData("hang-up")]
    [InlineData("checkpoint")]
    [InlineData("end")]
    public async Task A_pod_that_is_asked_to_wake_while_it_goes_to_sleep_comes_back_with_its_processes(string step)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pid = await Make();
        var (slept, woken) = await Cross("/sleep", step, () => podd.Act(HttpMethod.Post, Path + "/wake"));
        Assert.Null(slept.Fault);
        Assert.True(woken is { Fault: null, Report: { State: PodState.Running, Checkpoint: null, Wake.Cold: false } }, $"{woken.Fault?.Message} {woken.Report?.Wake}");
        Assert.True(await podd.Lives(_id, pid));
        await Delete();
    }

    [SkippableTheory]
    [InlineData("/sleep", "hang-up")]
    [InlineData("/sleep", "checkpoint")]
    [InlineData("/sleep", "end")]
    [InlineData("/wake", "network")]
    [InlineData("/wake", "boot")]
    [InlineData("/wake", "guest")]
    public async Task A_pod_that_is_deleted_on_its_way_to_sleep_or_back_is_gone_without_a_trace(string act, string step)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make();
        if (act == "/wake")
            Assert.Null((await podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Fault);
        var (_, deleted) = await Cross(act, step, () => podd.Act(HttpMethod.Delete, Path));
        Assert.True(deleted is { Done: true, Fault: null }, deleted.Fault?.Message);
        await Gone();
    }

    [SkippableTheory]
    [InlineData(FaultPoint.HungUp)]
    [InlineData(FaultPoint.MemoryWritten)]
    [InlineData(FaultPoint.AsleepRecorded)]
    [InlineData(FaultPoint.WakeRecorded)]
    [InlineData(FaultPoint.SandboxStarted)]
    public async Task Podd_that_is_killed_in_a_wake_during_a_sleep_has_the_pod_with_its_processes(FaultPoint point)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Revive();
        var pid = await Make();
        await podd.KillItselfAt(point);
        var cut = Cross("/sleep", "hang-up", () => podd.Act(HttpMethod.Post, Path + "/wake"));
        Assert.True(await podd.KilledItself(), $"it did not come to {point}: {podd.Log}");
        await Record.ExceptionAsync(() => cut);
        await podd.Start();
        var woken = (await podd.Act(HttpMethod.Post, Path + "/wake"))[^1];
        Assert.True(woken is { Fault: null, Report.State: PodState.Running }, woken.Fault?.Message);
        Assert.True(await podd.Lives(_id, pid), $"it lost its processes: {podd.Log}");
        await Delete();
    }

    [SkippableTheory]
    [InlineData(FaultPoint.DeleteRecorded)]
    [InlineData(FaultPoint.ProcessesEnded)]
    [InlineData(FaultPoint.DiskDeleted)]
    public async Task Podd_that_is_killed_in_a_delete_during_a_wake_ends_the_delete_by_itself(FaultPoint point)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Revive();
        await Make();
        Assert.Null((await podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Fault);
        await podd.KillItselfAt(point);
        var cut = Cross("/wake", "boot", () => podd.Act(HttpMethod.Delete, Path));
        Assert.True(await podd.KilledItself(), $"it did not come to {point}: {podd.Log}");
        await Record.ExceptionAsync(() => cut);
        await podd.Start();
        // Killed before the delete was written down, it is asked for again, as web does.
        await Delete();
    }

    // Asks for the other thing in the middle of the first.
    private async Task<(ProgressLine First, ProgressLine Second)> Cross(string act, string step, Func<Task<IReadOnlyList<ProgressLine>>> other)
    {
        Task<IReadOnlyList<ProgressLine>>? second = null;
        var first = await podd.Act(HttpMethod.Post, Path + act, seen: line =>
        {
            if (line.Step == step)
                second ??= other();
            return Task.CompletedTask;
        });
        Assert.True(second is not null, $"there was no step {step}: {string.Join(", ", first.Select(line => line.Step))}");
        return (first[^1], (await second)[^1]);
    }

    private async Task<string> Make()
    {
        await podd.Revive();
        Assert.Null((await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "crossed")))[^1].Fault);
        return await podd.Leave(_id, "sleep 1000");
    }

    private async Task Delete()
    {
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        await Gone();
    }

    private async Task Gone()
    {
        Assert.Empty(await podd.Residue(_id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(podd.Pool, "checkpoints")));
        Assert.Empty(await podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport));
    }
}
