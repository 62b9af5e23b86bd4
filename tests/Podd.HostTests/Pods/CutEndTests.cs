using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Something on the host keeps podd from taking a pod's network away: the pod says so, and whatever is asked next goes on from there.</summary>
public sealed class CutEndTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is null)
            Assert.Null((await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "held")))[^1].Fault);
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        await podd.Revive();
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_stop_that_fails_leaves_the_pod_failed_with_the_reason_and_the_next_stop_goes_on()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await HoldNamespace();
        var failed = (await podd.Act(HttpMethod.Post, Path + "/stop"))[^1].Fault!;
        Assert.StartsWith("cannot stop pod held", failed.Message, StringComparison.Ordinal);
        Assert.Contains("/run/netns/", failed.Detail, StringComparison.Ordinal);
        var report = await Report();
        Assert.Equal((PodState.Failed, failed), (report.State, report.Fault));

        var stopped = (await podd.Act(HttpMethod.Post, Path + "/stop"))[^1].Report!;
        Assert.Equal((PodState.Stopped, null), (stopped.State, stopped.Fault));
        Assert.Equal(PodState.Running, (await podd.Act(HttpMethod.Post, Path + "/start"))[^1].Report!.State);
    }

    [SkippableFact]
    public async Task A_pod_whose_stop_failed_can_be_started_and_has_its_files()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Exec(_id, "touch", "/workspace/file");
        await HoldNamespace();
        Assert.NotNull((await podd.Act(HttpMethod.Post, Path + "/stop"))[^1].Fault);

        var started = (await podd.Act(HttpMethod.Post, Path + "/start"))[^1];
        Assert.Equal((PodState.Running, null), (started.Report!.State, started.Report.Fault));
        Assert.Equal(0, (await podd.Exec(_id, "test", "-e", "/workspace/file")).ExitCode);
    }

    [SkippableFact]
    public async Task A_delete_that_fails_stays_a_delete_with_the_reason_and_the_next_one_goes_on()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await HoldNamespace();
        var failed = (await podd.Act(HttpMethod.Delete, Path))[^1].Fault!;
        Assert.StartsWith("cannot delete pod held", failed.Message, StringComparison.Ordinal);
        var report = await Report();
        Assert.Equal((PodState.Deleting, failed), (report.State, report.Fault));
        foreach (var other in (string[])["/start", "/stop"])
            Assert.Equal(FaultKind.Conflict, (await podd.Act(HttpMethod.Post, Path + other))[^1].Fault?.Kind);
        Assert.Equal(FaultKind.Conflict, (await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "held")))[^1].Fault?.Kind);

        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_podd_that_cannot_finish_the_stop_of_the_last_one_comes_up_and_says_so()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.KillItselfAt(Podd.Pods.FaultPoint.ServicesStopped);
        await Record.ExceptionAsync(() => podd.Act(HttpMethod.Post, Path + "/stop"));
        Assert.True(await podd.KilledItself());
        await HoldNamespace();

        await podd.Start();
        var report = await Report();
        Assert.Equal(PodState.Failed, report.State);
        Assert.StartsWith("cannot take pod held over", report.Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(PodState.Stopped, (await podd.Act(HttpMethod.Post, Path + "/stop"))[^1].Report!.State);
    }

    // A second mount on the namespace's name: the kernel refuses to remove the name, once.
    private Task HoldNamespace()
    {
        var name = Assert.Single(Directory.GetFileSystemEntries("/run/netns", $"{podd.Place.Instance}-*"));
        return PoddProcess.Output("mount", "--bind", name, name);
    }

    private Task<PodReport> Report() => podd.Get(Path, ContractsJson.Default.PodReport);
}
