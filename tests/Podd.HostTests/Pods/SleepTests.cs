using System.Net;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Pods that sleep come back with their processes: when they are told to, when nothing uses them, when somebody asks.</summary>
public sealed class SleepTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private readonly SleepingPod _pod = new(podd);

    public Task InitializeAsync() => PoddProcess.Missing is null ? _pod.Make() : Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is null)
            await _pod.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_pod_sleeps_with_connections_both_ways_and_a_request_brings_back_the_same_processes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        using var visitor = new HttpClient(); // keeps its connection
        var page = new Uri($"http://{(await _pod.Report()).Address}:8000/");
        var before = SleepingPod.Read(await visitor.GetStringAsync(page));

        await _pod.Good("/sleep");
        var report = await _pod.Report();
        Assert.Equal((PodState.Asleep, false), (report.State, report.Frozen));
        Assert.True(report.Checkpoint is { Bytes: > 1_000_000 });
        Assert.Equal(
            [Path.Combine(podd.Root, "pods", _pod.Id), Path.Combine(podd.Pool, "pods", _pod.Id)],
            await podd.Residue(_pod.Id));
        Assert.Contains(" 503 ", await podd.Tunnel(_pod.Id, 8000), StringComparison.Ordinal);
        Assert.Equal(PodState.Asleep, (await _pod.Report()).State);

        var after = SleepingPod.Read(await podd.Tunnel(_pod.Id, 8000, wake: true));
        Assert.Equal((before.Count + 1, before.Pid), (after.Count, after.Pid));
        Assert.True((await _pod.Report()) is { State: PodState.Running, Checkpoint: null, Wake.Cold: false });
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(podd.Pool, "checkpoints")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(podd.Pool, "pairs")));
        await PoddProcess.Eventually(async () => await _pod.Ask() is { Linked: true } state && state.Dials > before.Dials, "the app does not reach its server again");
    }

    [SkippableFact]
    public async Task Services_that_are_changed_while_it_sleeps_are_changed_when_it_wakes_and_the_others_never_noticed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pid = SleepingPod.Read(await podd.Tunnel(_pod.Id, 8000)).Pid;
        var old = new ServiceSpec("other", 8001, "python3 -m http.server 8001", ".");
        await _pod.Put(_pod.Spec with { Services = [SleepingPod.App, old] });
        await PoddProcess.Eventually(async () => (await podd.Tunnel(_pod.Id, 8001)).Contains("Directory listing", StringComparison.Ordinal), "the other service does not serve");
        await _pod.Good("/sleep");

        var changed = _pod.Spec with { Services = [SleepingPod.App, new ServiceSpec("other", 8002, "mkdir -p new && cd new && echo new > index.html && python3 -m http.server 8002", ".")] };
        Assert.True((await podd.Act(HttpMethod.Put, _pod.Path, changed))[^1] is { Fault: null, Report: { State: PodState.Asleep, Checkpoint: not null } });
        // It stands in the record, whatever becomes of podd.
        await podd.Kill();
        await podd.Start();
        Assert.True(await _pod.Report() is { State: PodState.Asleep, Checkpoint: not null } asleep && asleep.SpecHash == PodSpecHash.Of(changed));

        Assert.Equal(pid, SleepingPod.Read(await podd.Tunnel(_pod.Id, 8000, wake: true)).Pid);
        await PoddProcess.Eventually(async () => await podd.Tunnel(_pod.Id, 8002) == "new\n", "the changed service does not serve");
        Assert.DoesNotContain("Directory listing", await podd.Tunnel(_pod.Id, 8001), StringComparison.Ordinal);
        Assert.Equal(pid, SleepingPod.Read(await podd.Tunnel(_pod.Id, 8000)).Pid);
        Assert.True((await _pod.Report()).Wake is { Cold: false }, podd.Log);
    }

    [SkippableFact]
    public async Task A_command_of_somebody_who_may_wakes_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pid = SleepingPod.Read(await podd.Tunnel(_pod.Id, 8000)).Pid;
        await _pod.Good("/sleep");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Exec("no"));
        Assert.Equal(PodState.Asleep, (await _pod.Report()).State);
        Assert.Equal(HttpStatusCode.OK, await Exec("yes"));
        Assert.Equal(pid, SleepingPod.Read(await podd.Tunnel(_pod.Id, 8000)).Pid);

        async Task<HttpStatusCode> Exec(string wake)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{_pod.Path}/exec") { Content = PoddProcess.Body(new ExecSpec { Command = ["true"] }) };
            request.Headers.Add(PoddRoutes.WakeHeader, wake);
            using var answer = await podd.Http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [SkippableFact]
    public async Task Fifty_requests_at_once_wake_it_once()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await _pod.Good("/sleep");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => podd.Tunnel(_pod.Id, 8000, wake: true)));
        Assert.Equal(50, answers.Select(answer => SleepingPod.Read(answer).Count).Distinct().Count());
        Assert.Single(answers.Select(answer => SleepingPod.Read(answer).Pid).Distinct());
    }

    [SkippableFact]
    public async Task Visitors_whom_nobody_knows_wake_it_until_their_budget_is_spent_and_then_only_those_who_are_known_do()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        for (var wake = 0; wake < Podd.Pods.WakeBudget.Most; wake++)
        {
            await _pod.Good("/sleep");
            // Two at once wake it once.
            var answers = await Task.WhenAll(podd.Tunnel(_pod.Id, 8000, visitor: true), podd.Tunnel(_pod.Id, 8000, visitor: true));
            Assert.All(answers, answer => Assert.Contains("\"count\"", answer, StringComparison.Ordinal));
        }
        Assert.Contains("\"count\"", await podd.Tunnel(_pod.Id, 8000, visitor: true), StringComparison.Ordinal);
        await _pod.Good("/sleep");
        Assert.Contains(" 503 ", await podd.Tunnel(_pod.Id, 8000, visitor: true), StringComparison.Ordinal);
        Assert.Equal(PodState.Asleep, (await _pod.Report()).State);
        Assert.Contains("\"count\"", await podd.Tunnel(_pod.Id, 8000, wake: true), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_pod_that_nothing_uses_goes_to_sleep_by_itself()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await _pod.Put(_pod.Spec with { Sleep = new SleepPolicy(AfterSeconds: 5) });
        await PoddProcess.Eventually(async () => await _pod.Report() is { State: PodState.Asleep }, "the pod does not sleep");
        Assert.Equal(PodState.Running, (await _pod.Good("/wake")).State);
    }

    [SkippableFact]
    public async Task A_memory_that_cannot_be_brought_back_becomes_a_cold_start_that_is_told()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Equal(0, (await podd.Exec(_pod.Id, "bash", "-c", "echo kept > /workspace/file")).ExitCode);
        await _pod.Good("/sleep");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(podd.Pool, "checkpoints", _pod.Id)))
            await File.WriteAllBytesAsync(file, new byte[4096]);

        await _pod.Good("/wake");
        var report = await _pod.Report();
        Assert.True(report is { State: PodState.Running, Checkpoint: null, Wake: { Cold: true, Because: not null } });
        Assert.Equal("kept\n", (await podd.Exec(_pod.Id, "cat", "/workspace/file")).Stdout);
        await PoddProcess.Eventually(async () => await _pod.Ask() is { Linked: true }, "the app does not serve after a cold start");
    }
}
