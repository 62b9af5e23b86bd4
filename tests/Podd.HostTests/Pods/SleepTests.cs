using System.Net;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Pods that sleep come back with their processes: when they are told to, when nothing uses them, when somebody asks.</summary>
public sealed class SleepTests(PoddProcess podd) : SleepingPodTests(podd)
{
    [SkippableFact]
    public async Task A_pod_sleeps_with_connections_both_ways_and_a_request_brings_back_the_same_processes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        using var visitor = new HttpClient(); // keeps its connection
        var page = new Uri($"http://{(await Pod.Report()).Address}:8000/");
        var before = SleepingPod.Read(await visitor.GetStringAsync(page));

        await Pod.Good("/sleep");
        var report = await Pod.Report();
        Assert.Equal((PodState.Asleep, false), (report.State, report.Frozen));
        Assert.True(report.Checkpoint is { Bytes: > 1_000_000 });
        Assert.Equal(
            [Path.Combine(Host.Root, "pods", Pod.Id), Path.Combine(Host.Pool, "pods", Pod.Id)],
            await Host.Residue(Pod.Id));
        Assert.Contains(" 503 ", await Host.Tunnel(Pod.Id, 8000), StringComparison.Ordinal);
        Assert.Equal(PodState.Asleep, (await Pod.Report()).State);

        var after = SleepingPod.Read(await Host.Tunnel(Pod.Id, 8000, wake: true));
        Assert.Equal((before.Count + 1, before.Pid), (after.Count, after.Pid));
        Assert.True((await Pod.Report()) is { State: PodState.Running, Checkpoint: null, Wake.Cold: false });
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Host.Pool, "checkpoints")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Host.Pool, "pairs")));
        await PoddProcess.Eventually(async () => await Pod.Ask() is { Linked: true } state && state.Dials > before.Dials, "the app does not reach its server again");
    }

    [SkippableFact]
    public async Task Services_that_are_changed_while_it_sleeps_are_changed_when_it_wakes_and_the_others_never_noticed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pid = SleepingPod.Read(await Host.Tunnel(Pod.Id, 8000)).Pid;
        var old = new ServiceSpec("other", 8001, "python3 -m http.server 8001", ".");
        await Pod.Put(Pod.Spec with { Services = [SleepingPod.App, old] });
        await PoddProcess.Eventually(async () => (await Host.Tunnel(Pod.Id, 8001)).Contains("Directory listing", StringComparison.Ordinal), "the other service does not serve");
        await Pod.Good("/sleep");

        var changed = Pod.Spec with { Services = [SleepingPod.App, new ServiceSpec("other", 8002, "mkdir -p new && cd new && echo new > index.html && python3 -m http.server 8002", ".")] };
        Assert.True((await Host.Act(HttpMethod.Put, Pod.Path, changed))[^1] is { Fault: null, Report: { State: PodState.Asleep, Checkpoint: not null } });
        // It stands in the record, whatever becomes of podd.
        await Host.Kill();
        await Host.Start();
        Assert.True(await Pod.Report() is { State: PodState.Asleep, Checkpoint: not null } asleep && asleep.SpecHash == PodSpecHash.Of(changed));

        Assert.Equal(pid, SleepingPod.Read(await Host.Tunnel(Pod.Id, 8000, wake: true)).Pid);
        await PoddProcess.Eventually(async () => await Host.Tunnel(Pod.Id, 8002) == "new\n", "the changed service does not serve");
        Assert.DoesNotContain("Directory listing", await Host.Tunnel(Pod.Id, 8001), StringComparison.Ordinal);
        Assert.Equal(pid, SleepingPod.Read(await Host.Tunnel(Pod.Id, 8000)).Pid);
        Assert.True((await Pod.Report()).Wake is { Cold: false }, Host.Log);
    }

    [SkippableFact]
    public async Task A_command_of_somebody_who_may_wakes_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pid = SleepingPod.Read(await Host.Tunnel(Pod.Id, 8000)).Pid;
        await Pod.Good("/sleep");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Exec("no"));
        Assert.Equal(PodState.Asleep, (await Pod.Report()).State);
        Assert.Equal(HttpStatusCode.OK, await Exec("yes"));
        Assert.Equal(pid, SleepingPod.Read(await Host.Tunnel(Pod.Id, 8000)).Pid);

        async Task<HttpStatusCode> Exec(string wake)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Pod.Path}/exec") { Content = PoddProcess.Body(new ExecSpec { Command = ["true"] }) };
            request.Headers.Add(PoddRoutes.WakeHeader, wake);
            using var answer = await Host.Http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [SkippableFact]
    public async Task Fifty_requests_at_once_wake_it_once()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Pod.Good("/sleep");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Host.Tunnel(Pod.Id, 8000, wake: true)));
        Assert.Equal(50, answers.Select(answer => SleepingPod.Read(answer).Count).Distinct().Count());
        Assert.Single(answers.Select(answer => SleepingPod.Read(answer).Pid).Distinct());
    }

    [SkippableFact]
    public async Task Visitors_whom_nobody_knows_wake_it_until_their_budget_is_spent_and_then_only_those_who_are_known_do()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        for (var wake = 0; wake < Podd.Pods.WakeBudget.Most; wake++)
        {
            await Pod.Good("/sleep");
            // Two at once wake it once.
            var answers = await Task.WhenAll(Host.Tunnel(Pod.Id, 8000, visitor: true), Host.Tunnel(Pod.Id, 8000, visitor: true));
            Assert.All(answers, answer => Assert.Contains("\"count\"", answer, StringComparison.Ordinal));
        }
        Assert.Contains("\"count\"", await Host.Tunnel(Pod.Id, 8000, visitor: true), StringComparison.Ordinal);
        await Pod.Good("/sleep");
        Assert.Contains(" 503 ", await Host.Tunnel(Pod.Id, 8000, visitor: true), StringComparison.Ordinal);
        Assert.Equal(PodState.Asleep, (await Pod.Report()).State);
        Assert.Contains("\"count\"", await Host.Tunnel(Pod.Id, 8000, wake: true), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_pod_that_nothing_uses_goes_to_sleep_by_itself()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Pod.Put(Pod.Spec with { Sleep = new SleepPolicy(AfterSeconds: 5) });
        await PoddProcess.Eventually(async () => await Pod.Report() is { State: PodState.Asleep }, "the pod does not sleep");
        Assert.Equal(PodState.Running, (await Pod.Good("/wake")).State);
    }

    [SkippableFact]
    public async Task A_memory_that_cannot_be_brought_back_becomes_a_cold_start_that_is_told()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Equal(0, (await Host.Exec(Pod.Id, "bash", "-c", "echo kept > /workspace/file")).ExitCode);
        await Pod.Good("/sleep");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Host.Pool, "checkpoints", Pod.Id)))
            await File.WriteAllBytesAsync(file, new byte[4096]);

        await Pod.Good("/wake");
        var report = await Pod.Report();
        Assert.True(report is { State: PodState.Running, Checkpoint: null, Wake: { Cold: true, Because: not null } });
        Assert.Equal("kept\n", (await Host.Exec(Pod.Id, "cat", "/workspace/file")).Stdout);
        await PoddProcess.Eventually(async () => await Pod.Ask() is { Linked: true }, "the app does not serve after a cold start");
    }
}
