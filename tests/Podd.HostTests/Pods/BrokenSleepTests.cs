using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>runsc fails in the middle of a sleep: the pod goes on, or is honestly dead and comes back from its files. It never stays between.</summary>
public sealed class BrokenSleepTests(FaultyPodd faulty) : IClassFixture<FaultyPodd>, IAsyncLifetime
{
    private readonly PoddProcess _podd = faulty.Podd;
    private string _pid = "";
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        Assert.Null((await _podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "broken")))[^1].Fault);
        Assert.Equal(0, (await _podd.Exec(_id, "bash", "-c", "echo kept > /workspace/file")).ExitCode);
        _pid = await _podd.Leave(_id, "sleep 1000");
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        faulty.Fail();
        faulty.Hold();
        Assert.True((await _podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await _podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_pod_whose_memory_cannot_be_written_goes_on_with_its_processes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        faulty.Fail("checkpoint");
        var fault = (await _podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Fault!;
        Assert.Equal((FaultKind.Conflict, "cannot put pod broken to sleep: its sandbox does not give its memory"), (fault.Kind, fault.Message));
        Assert.Equal(PodState.Running, (await Report()).State);
        Assert.True(await Lives());
        Assert.Empty(Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(_podd.Pool, "checkpoints")));

        faulty.Fail();
        Assert.Null((await _podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Fault);
        Assert.Null((await _podd.Act(HttpMethod.Post, Path + "/wake"))[^1].Fault);
        Assert.True(await Lives());
    }

    [SkippableFact]
    public async Task A_pod_that_neither_sleeps_nor_goes_on_is_told_as_dead_and_starts_cold_from_its_files()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        faulty.Fail("checkpoint", "resume");
        var fault = (await _podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Fault;
        var report = await Report();
        Assert.Equal(FaultKind.Internal, fault!.Kind);
        Assert.Equal((PodState.Asleep, null, DeathCause.Runtime), (report.State, report.Checkpoint, report.Death?.Cause));
        Assert.Equal([System.IO.Path.Combine(_podd.Root, "pods", _id), System.IO.Path.Combine(_podd.Pool, "pods", _id)], await _podd.Residue(_id));

        faulty.Fail();
        var woken = (await _podd.Act(HttpMethod.Post, Path + "/wake"))[^1];
        Assert.True(woken is { Fault: null, Report: { State: PodState.Running, Death: null, Wake: { Cold: true, Because: "its sandbox could not go on after a sleep that failed" } } }, $"{woken.Fault?.Message} {woken.Report?.Wake}");
        Assert.False(await Lives());
        Assert.Equal("kept\n", (await _podd.Exec(_id, "cat", "/workspace/file")).Stdout);
    }

    [SkippableFact]
    public async Task A_sandbox_that_ends_while_it_is_put_to_sleep_is_told_with_what_is_known_of_its_end()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var killed = false;
        // Its connections are ended soon: without this the kill may come too late.
        faulty.Hold("pause");
        var lines = await _podd.Act(HttpMethod.Post, Path + "/sleep", seen: async line =>
        {
            if (killed || line is not { Step: "hang-up", Kind: ProgressKind.Begin })
                return;
            killed = true;
            await PoddProcess.Output("kill", "-9", (await File.ReadAllTextAsync(System.IO.Path.Combine(_podd.Root, "pods", _id, "sandbox.pid"))).Trim());
            faulty.Hold();
        });
        var report = await Report();
        Assert.True(lines[^1].Fault is not null, string.Join('\n', lines));
        Assert.Equal((PodState.Asleep, DeathCause.Unknown), (report.State, report.Death?.Cause));
        Assert.Contains("killed from outside (signal 9)", report.Death!.Message, StringComparison.Ordinal);
        Assert.True((await _podd.Act(HttpMethod.Post, Path + "/wake"))[^1] is { Report: { State: PodState.Running, Wake.Cold: true } });
    }

    // The process that the test began with.
    private Task<bool> Lives() => _podd.Lives(_id, _pid);

    private Task<PodReport> Report() => _podd.Get(Path, ContractsJson.Default.PodReport);
}
