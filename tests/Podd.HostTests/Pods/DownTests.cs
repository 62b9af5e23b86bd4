using System.Text.Json.Nodes;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary><c>podd down</c>, as at the end of <c>make run</c>: nothing runs afterwards, and the next podd has the pods again.</summary>
public sealed class DownTests(FaultyPodd faulty) : IClassFixture<FaultyPodd>, IAsyncLifetime
{
    private static readonly SleepPolicy AlwaysOn = new(AfterSeconds: 900, AlwaysOn: true);

    private readonly PoddProcess _podd = faulty.Podd;
    private readonly List<string> _pods = [];
    private readonly Dictionary<string, string> _pids = new(StringComparer.Ordinal);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        faulty.Fail();
        await _podd.Revive();
        foreach (var pod in _pods)
            Assert.True((await _podd.Act(HttpMethod.Delete, $"/v1/pods/{pod}"))[^1] is { Done: true, Fault: null });
        foreach (var pod in _pods)
            Assert.Empty(await _podd.Residue(pod));
    }

    [SkippableFact]
    public async Task Pods_sleep_side_by_side_and_come_back_with_their_processes_on_the_next_run()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        foreach (var name in (string[])["busy", "frozen", "stopped", "slept"])
            await Make(name);
        var (frozen, stopped, slept) = (_pods[1], _pods[2], _pods[3]);
        await PoddProcess.Eventually(async () => (await Report(frozen)).Frozen, "the pod does not freeze");
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{stopped}/stop"))[^1].Fault);
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{slept}/sleep"))[^1].Fault);
        var busy = await _podd.Leave(_pods[0], "yes");

        await _podd.Stop();
        var began = TimeProvider.System.GetTimestamp();
        await _podd.Down();
        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.True(took < TimeSpan.FromSeconds(30), $"it took {took}");
        foreach (var pod in _pods)
            Assert.Empty(Linux.CommandLine.Find(arguments => arguments.Contains(pod)));
        Assert.False(Directory.Exists($"/sys/class/net/{_podd.Place.Bridge}"));

        await _podd.Start();
        foreach (var pod in _pods.Except([stopped]))
        {
            Assert.True(await Report(pod) is { State: PodState.Asleep, Checkpoint: not null, Death: null }, _podd.Log);
            var woken = (await _podd.Act(HttpMethod.Post, $"/v1/pods/{pod}/wake"))[^1];
            Assert.True(woken.Report is { State: PodState.Running, Wake.Cold: false }, $"{woken.Fault?.Message} {woken.Report?.Wake}");
            Assert.True(await _podd.Lives(pod, _pids[pod]), $"{pod} woke without its process");
        }
        Assert.Equal(PodState.Stopped, (await Report(stopped)).State);
        // It computes as it did before; that is no spin.
        await Task.Delay(TimeSpan.FromSeconds(12));
        Assert.True(await _podd.Lives(_pods[0], busy));
    }

    [SkippableFact]
    public async Task Pods_that_are_to_be_awake_are_woken_by_the_next_podd_and_no_others()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make("on", AlwaysOn);
        await Make("kept");
        await Make("ordinary");
        await Make("stopped", AlwaysOn);
        await Make("slept", AlwaysOn);
        var (on, kept, ordinary, stopped, slept) = (_pods[0], _pods[1], _pods[2], _pods[3], _pods[4]);
        using (var lease = new StringContent("""{"seconds":3600}""", System.Text.Encoding.UTF8, "application/json"))
        using (var answer = await _podd.Http.PostAsync(new Uri($"/v1/pods/{kept}/keep-awake", UriKind.Relative), lease))
            Assert.Contains("awakeUntil", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{stopped}/stop"))[^1].Fault);
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{slept}/sleep"))[^1].Fault);

        await _podd.Stop();
        await _podd.Down();
        await _podd.Start();
        foreach (var pod in (string[])[on, kept])
        {
            await PoddProcess.Eventually(async () => (await Report(pod)).State == PodState.Running, $"{pod} is not woken");
            Assert.True((await Report(pod)).Wake is { Cold: false, Unasked: true }, _podd.Log);
            Assert.True(await _podd.Lives(pod, _pids[pod]), $"{pod} woke without its process");
        }
        Assert.Equal([PodState.Asleep, PodState.Stopped, PodState.Asleep], [(await Report(ordinary)).State, (await Report(stopped)).State, (await Report(slept)).State]);

        // Who wakes it again wants it on again.
        Assert.True((await _podd.Act(HttpMethod.Post, $"/v1/pods/{slept}/wake"))[^1].Report is { State: PodState.Running, Wake.Unasked: false });
        await _podd.Kill();
        await Reboot(slept);
        await _podd.Start();
        await PoddProcess.Eventually(async () => (await Report(slept)).State == PodState.Running, "a pod that is always on is not started after its host was restarted");
        Assert.True((await Report(slept)).Wake is { Cold: true, Unasked: true, Because: "its host was restarted" }, _podd.Log);
        Assert.Equal(PodState.Stopped, (await Report(stopped)).State);
    }

    [SkippableFact]
    public async Task A_pod_that_cannot_sleep_is_stopped_in_order_and_comes_back_cold_with_the_reason()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make("awake");
        var pod = _pods[0];
        Assert.Equal(0, (await _podd.Exec(pod, "bash", "-c", "echo kept > /workspace/file")).ExitCode);
        faulty.Fail("checkpoint");
        await _podd.Stop();
        await _podd.Down();
        faulty.Fail();
        await _podd.Start();
        Assert.True(await Report(pod) is { State: PodState.Asleep, Checkpoint: null }, _podd.Log);
        var woken = (await _podd.Act(HttpMethod.Post, $"/v1/pods/{pod}/wake"))[^1].Report!;
        Assert.True(woken is { State: PodState.Running, Wake.Cold: true });
        Assert.Contains("podd was taken down, and it could not sleep", woken.Wake.Because, StringComparison.Ordinal);
        Assert.Equal("kept\n", (await _podd.Exec(pod, "cat", "/workspace/file")).Stdout);
    }

    // As a podd finds it whose machine was started again.
    private async Task Reboot(string pod)
    {
        var file = Path.Combine(_podd.Root, "pods", pod, "pod.json");
        var record = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        record["sandbox"]!["bootId"] = Guid.NewGuid().ToString();
        await File.WriteAllTextAsync(file, record.ToJsonString());
    }

    private async Task Make(string name, SleepPolicy? sleep = null)
    {
        var id = Guid.CreateVersion7().ToString();
        Assert.Null((await _podd.Act(HttpMethod.Put, $"/v1/pods/{id}", PoddProcess.Spec(id, name) with { Sleep = sleep ?? new SleepPolicy() }))[^1].Fault);
        _pods.Add(id);
        _pids[id] = await _podd.Leave(id, "sleep 1000");
    }

    private Task<PodReport> Report(string id) => _podd.Get($"/v1/pods/{id}", ContractsJson.Default.PodReport);
}
