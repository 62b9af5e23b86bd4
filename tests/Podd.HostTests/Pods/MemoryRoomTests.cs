using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A host on which two small pods fit. podd is told to freeze after 3 s.</summary>
public sealed class MemoryRoomTests(MemoryRoomTests.SmallHost host) : IClassFixture<MemoryRoomTests.SmallHost>, IAsyncLifetime
{
    private readonly PoddProcess _podd = host.Podd;
    private readonly List<string> _pods = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        host.Fail();
        foreach (var pod in _pods)
            await _podd.Act(HttpMethod.Delete, $"/v1/pods/{pod}");
        foreach (var pod in _pods)
            Assert.Empty(await _podd.Residue(pod));
    }

    [SkippableFact]
    public async Task A_pod_that_does_not_fit_puts_the_longest_idle_one_to_sleep_and_wakes_it_with_its_processes_when_there_is_room()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var (first, second) = (await Make("first"), await Make("second"));
        var pid = await _podd.Leave(first, "sleep 1000");
        await Idle(first);
        await _podd.Exec(second, "true");
        await Idle(second);

        var third = await Make("third");
        Assert.Equal([PodState.Asleep, PodState.Running, PodState.Running], [await State(first), await State(second), await State(third)]);
        Assert.NotNull((await Report(first)).Checkpoint);

        // The same again for a wake: now the second one is idle for longest.
        await _podd.Exec(third, "true");
        await Idle(third);
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{first}/wake"))[^1].Fault);
        Assert.Equal([PodState.Running, PodState.Asleep, PodState.Running], [await State(first), await State(second), await State(third)]);
        Assert.True(await _podd.Lives(first, pid));
        Assert.Equal(2L << 30, (await _podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Use.ReservedMemory);
    }

    [SkippableFact]
    public async Task Where_every_pod_is_used_or_must_not_sleep_the_host_is_full_and_nobody_is_disturbed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var (first, second) = (await Make("first"), await Make("second", new SleepPolicy(0, AlwaysOn: true)));
        Assert.Equal(PodState.Asleep, (await _podd.Act(HttpMethod.Post, $"/v1/pods/{first}/sleep"))[^1].Report!.State);
        var third = await Make("third", new SleepPolicy(AfterSeconds: 0));
        await PoddProcess.Eventually(async () => (await Report(third)).Frozen, "the pod does not freeze");

        var fault = (await _podd.Act(HttpMethod.Post, $"/v1/pods/{first}/wake"))[^1].Fault!;
        Assert.Equal((FaultKind.HostFull, "cannot start pod first on host host-test: 1 GiB of memory are not free, and no more pods can be put to sleep"), (fault.Kind, fault.Message));
        Assert.True(await Report(first) is { State: PodState.Asleep, Checkpoint: not null, Fault: null });
        Assert.Contains(" 503 ", await _podd.Tunnel(first, 8000, wake: true), StringComparison.Ordinal);
        var refused = Guid.CreateVersion7().ToString();
        Assert.Equal(FaultKind.HostFull, (await _podd.Act(HttpMethod.Put, $"/v1/pods/{refused}", PoddProcess.Spec(refused, "refused")))[^1].Fault!.Kind);
        Assert.DoesNotContain(await _podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport), pod => pod.Id == refused);
        Assert.Equal([PodState.Running, PodState.Running], [await State(second), await State(third)]);

        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{third}/stop"))[^1].Fault);
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{first}/wake"))[^1].Fault);
    }

    [SkippableFact]
    public async Task A_pod_that_cannot_keep_its_processes_is_stopped_in_order_and_comes_back_cold_with_the_reason()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // On SIGTERM it writes down that it was asked.
        var (first, second) = (await Make("first", service: new ServiceSpec("app", 8000, "trap 'echo asked > /workspace/asked; exit' TERM; while :; do sleep 1; done", ".")), await Make("second"));
        await _podd.Exec(second, "true");
        await Idle(first);
        host.Fail("checkpoint");
        var third = await Make("third");
        Assert.True(await Report(first) is { State: PodState.Asleep, Checkpoint: null }, _podd.Log);
        Assert.Equal([PodState.Running, PodState.Running], [await State(second), await State(third)]);

        host.Fail();
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{second}/stop"))[^1].Fault);
        var woken = (await _podd.Act(HttpMethod.Post, $"/v1/pods/{first}/wake"))[^1].Report!;
        Assert.True(woken is { State: PodState.Running, Wake.Cold: true });
        Assert.Contains("its host needed the memory for another pod, and it could not sleep", woken.Wake.Because, StringComparison.Ordinal);
        Assert.Equal("asked\n", (await _podd.Exec(first, "cat", "/workspace/asked")).Stdout);
    }

    [SkippableFact]
    public async Task A_running_pod_that_gets_a_larger_tier_has_room_made_for_it_and_keeps_its_tier_where_none_can_be_made()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var (first, second) = (await Make("first"), await Make("second", new SleepPolicy(0, AlwaysOn: true)));
        var pid = await _podd.Leave(first, "sleep 1000");
        await _podd.Exec(first, "true");
        var fault = (await Resize(first, "first", "dev.medium")).Fault!;
        Assert.Equal((FaultKind.HostFull, "cannot resize pod first to dev.medium on host host-test: 2 GiB of memory are not free, and no more pods can be put to sleep"), (fault.Kind, fault.Message));
        Assert.True(await Report(first) is { State: PodState.Running, Fault: null } kept && kept.SpecHash == PodSpecHash.Of(Spec(first, "first", "dev.small")));
        Assert.Equal([PodState.Running, PodState.Running], [await State(first), await State(second)]);

        // The other one may sleep from now on, and nobody uses it.
        Assert.Null((await _podd.Act(HttpMethod.Put, $"/v1/pods/{second}", Spec(second, "second", "dev.small")))[^1].Fault);
        await Idle(second);
        Assert.Null((await Resize(first, "first", "dev.medium")).Fault);
        Assert.Equal([PodState.Running, PodState.Asleep], [await State(first), await State(second)]);
        Assert.True(await _podd.Lives(first, pid));
        Assert.Equal(2L << 30, (await _podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Use.ReservedMemory);
        Assert.Equal(FaultKind.HostFull, (await Resize(first, "first", "dev.large")).Fault!.Kind);

        // A smaller one needs nobody's room, and leaves some.
        Assert.Null((await Resize(first, "first", "dev.small")).Fault);
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{second}/wake"))[^1].Fault);
        Assert.Equal([PodState.Running, PodState.Running], [await State(first), await State(second)]);
    }

    [SkippableFact]
    public async Task Many_pods_that_wake_at_once_never_have_more_than_fits()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pods = new List<string>();
        foreach (var name in (string[])["one", "two", "three", "four"])
        {
            pods.Add(await Make(name));
            Assert.Equal(PodState.Asleep, (await _podd.Act(HttpMethod.Post, $"/v1/pods/{pods[^1]}/sleep"))[^1].Report!.State);
        }
        var ends = await Task.WhenAll(pods.Select(async pod => (await _podd.Act(HttpMethod.Post, $"/v1/pods/{pod}/wake"))[^1]));
        Assert.Equal(2, ends.Count(end => end.Fault is null));
        Assert.All(ends.Where(end => end.Fault is not null), end => Assert.Equal(FaultKind.HostFull, end.Fault!.Kind));
        Assert.Equal(2L << 30, (await _podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Use.ReservedMemory);
    }

    private async Task<string> Make(string name, SleepPolicy? sleep = null, ServiceSpec? service = null)
    {
        var id = Guid.CreateVersion7().ToString();
        var last = (await _podd.Act(HttpMethod.Put, $"/v1/pods/{id}", PoddProcess.Spec(id, name) with { Sleep = sleep ?? new SleepPolicy(), Services = service is null ? [] : [service] }))[^1];
        Assert.True(last.Fault is null, $"{last.Fault?.Message}: {last.Fault?.Detail}");
        _pods.Add(id);
        return id;
    }

    private static PodSpec Spec(string id, string name, string tier) => PoddProcess.Spec(id, name) with { Sleep = new SleepPolicy(), Services = [], Tier = tier };

    private async Task<ProgressLine> Resize(string id, string name, string tier) => (await _podd.Act(HttpMethod.Put, $"/v1/pods/{id}", Spec(id, name, tier)))[^1];

    private Task Idle(string id) => PoddProcess.Eventually(async () => (await Report(id)).Idle?.State is IdleState.Idle or IdleState.Frozen, "the pod is not idle");

    private async Task<PodState> State(string id) => (await Report(id)).State;

    private Task<PodReport> Report(string id) => _podd.Get($"/v1/pods/{id}", ContractsJson.Default.PodReport);

    public sealed class SmallHost() : FaultyPodd("\"PodMemory\": 2147483648, \"MemoryOvercommit\": 1,");
}
