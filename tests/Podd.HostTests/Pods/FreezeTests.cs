using System.Globalization;
using System.Net.Sockets;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>The first rung of the ladder on a real sandbox. podd is told to freeze after 3 s.</summary>
public sealed class FreezeTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private static readonly ServiceSpec Count = new("count", 8000, """
        python3 -c '
        import http.server, itertools, time
        numbers = itertools.count()
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                end = time.process_time() + float(self.path[1:] or 0)
                while time.process_time() < end: pass
                self.send_response(200); self.end_headers(); self.wfile.write(str(next(numbers)).encode())
        http.server.ThreadingHTTPServer(("0.0.0.0", 8000), App).serve_forever()'
        """, ".");

    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        var made = await podd.Act(HttpMethod.Put, Path, Spec());
        Assert.Null(made[^1].Fault);
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        // A pod that stands still can be removed like any other.
        await Frozen();
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_pod_that_nothing_uses_takes_no_cpu_and_answers_at_once_with_its_memory_when_asked()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await PoddProcess.Eventually(async () => await podd.Tunnel(_id, 8000) == "0", "the service does not answer");
        await Frozen();
        // On a busy host a thread that the kernel calls frozen may still wait for a core, to leave it at once.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var before = CpuTime();
        await Task.Delay(TimeSpan.FromSeconds(3)); // what is measured is that nothing happens meanwhile
        Assert.Equal(before, CpuTime());

        Assert.Equal("1", await podd.Tunnel(_id, 8000));
        var report = await Report();
        Assert.Equal((false, IdleState.Active), (report.Frozen, report.Idle!.State));
        Assert.Contains("a request", report.Idle.Because, StringComparison.Ordinal);
        await Frozen();
        Assert.Equal("2", await podd.Tunnel(_id, 8000));
    }

    [SkippableFact]
    public async Task A_byte_from_anywhere_thaws_a_pod_and_one_that_nobody_follows_up_lets_it_stand_still_again()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Frozen();
        var (address, before) = ((await Report()).Address!, CpuTime());
        // Nothing listens there: the pod's own kernel has to refuse it, and it can only when it is not frozen.
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
            Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(address, 9))).SocketErrorCode);
        Assert.NotEqual(before, CpuTime());
        // In one look: a late byte may thaw it once more.
        await PoddProcess.Eventually(async () => await Report() is { Frozen: true, Idle.State: IdleState.Frozen }, "the pod does not stand still again");
    }

    [SkippableFact]
    public async Task A_pod_that_works_on_what_a_byte_has_brought_does_not_stand_still_before_it_is_done()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Frozen();
        // Past podd, which knows of its own requests by other means: an answer to a connection of the pod's own comes in like that.
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        Assert.Matches("^[0-9]+$", await client.GetStringAsync(new Uri($"http://{(await Report()).Address}:8000/0.6")));
    }

    [SkippableFact]
    public async Task Commands_a_new_tier_a_stop_and_a_killed_podd_find_a_frozen_pod_as_they_would_any_other()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Frozen();
        Assert.Equal("here\n", (await podd.Exec(_id, "echo", "here")).Stdout);
        await Frozen();
        var resized = await podd.Act(HttpMethod.Put, Path, Spec() with { Tier = "dev.medium" });
        Assert.Equal(PodState.Running, resized[^1].Report!.State);
        await Frozen();
        await podd.Kill();
        await podd.Start();
        Assert.Equal("here\n", (await podd.Exec(_id, "echo", "here")).Stdout);
        await Frozen();
        Assert.Equal(PodState.Stopped, (await podd.Act(HttpMethod.Post, Path + "/stop"))[^1].Report!.State);
        Assert.False((await Report()).Frozen);
        Assert.Equal(PodState.Running, (await podd.Act(HttpMethod.Post, Path + "/start"))[^1].Report!.State);
    }

    [SkippableFact]
    public async Task A_pod_that_computes_or_runs_a_command_does_not_stand_still()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Equal(0, (await podd.Exec(_id, "sleep", "12")).ExitCode);
        Assert.False((await Report()).Frozen);

        await podd.Act(HttpMethod.Put, Path, Spec() with { Services = [Count, new ServiceSpec("busy", 8001, "while :; do :; done", ".")] });
        await PoddProcess.Eventually(async () => (await Report()).Idle!.Because.Contains("CPU", StringComparison.Ordinal), "nothing says that it computes");
        Assert.False((await Report()).Frozen);
        await podd.Act(HttpMethod.Put, Path, Spec());
    }

    [SkippableFact]
    public async Task A_pod_that_is_always_on_never_stands_still()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Act(HttpMethod.Put, Path, Spec() with { Sleep = new SleepPolicy(0, AlwaysOn: true) });
        await PoddProcess.Eventually(async () => (await Report()).Idle!.State == IdleState.Idle, "it is never idle");
        await Task.Delay(TimeSpan.FromSeconds(6)); // longer than podd takes to look at every pod
        Assert.False((await Report()).Frozen);
        await podd.Act(HttpMethod.Put, Path, Spec());
    }

    private PodSpec Spec() => PoddProcess.Spec(_id, "rests") with { Services = [Count] };

    private Task<PodReport> Report() => podd.Get(Path, ContractsJson.Default.PodReport);

    private async Task Frozen() => await PoddProcess.Eventually(async () => (await Report()).Frozen, $"the pod does not freeze: {(await Report()).Idle}");

    private string CpuFile(string id) => File.Exists($"/sys/fs/cgroup{podd.Place.CgroupParent}/{id}/cpu.stat")
        ? $"/sys/fs/cgroup{podd.Place.CgroupParent}/{id}/cpu.stat"
        : $"/sys/fs/cgroup/cpuacct{podd.Place.CgroupParent}/{id}/cpuacct.usage";

    private long CpuTime() => long.Parse(File.ReadLines(CpuFile(_id)).First().Split(' ')[^1], CultureInfo.InvariantCulture);
}
