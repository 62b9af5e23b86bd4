using Pinacle.Contracts;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod comes back from its checkpoint and is not what it was: that is seen, and it is started cold. One that is as it was is left alone.</summary>
public sealed class BrokenWakeTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private readonly string _id = Guid.CreateVersion7().ToString();
    private readonly List<PodSpec> _others = [];

    private string Path => $"/v1/pods/{_id}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        foreach (var path in _others.Select(other => $"/v1/pods/{other.Id}").Append(Path))
            Assert.True((await podd.Act(HttpMethod.Delete, path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_listener_that_comes_back_deaf_becomes_a_cold_start_that_is_told_and_counted()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // It goes on listening, as its kernel does for it, but takes no notice.
        await Make("while True: time.sleep(1)");
        var before = await Counts();
        await SleepAndWake();
        var woken = await WokenCold();
        Assert.Contains("deaf: port 8000", woken.Wake!.Because, StringComparison.Ordinal);
        Assert.Equal(new WakeCounts(before.Warm + 1, before.Cold + 1), await Counts());
        await PoddProcess.Eventually(async () => await podd.Tunnel(_id, 8000) == "served", "it does not serve after its cold start");
    }

    [SkippableFact]
    public async Task A_pod_that_comes_back_spinning_becomes_a_cold_start_that_is_told()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make("threading.Thread(target=spin, daemon=True).start()");
        await SleepAndWake();
        var woken = await WokenCold();
        Assert.Contains("spinning", woken.Wake!.Because, StringComparison.Ordinal);
        await PoddProcess.Eventually(async () => await podd.Tunnel(_id, 8000) == "served", "it does not serve after its cold start");
    }

    [SkippableFact]
    public async Task A_pod_that_comes_back_spinning_on_a_busy_host_is_seen_as_well()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make("threading.Thread(target=spin, daemon=True).start()");
        // They want far more than there is: so it has less than a spin takes where nobody else is.
        _others.AddRange(Enumerable.Range(0, (2 * Environment.ProcessorCount) - 1).Select(number => PoddProcess.Spec(Guid.CreateVersion7().ToString(), $"other{number}") with
        {
            Sleep = new SleepPolicy(0, AlwaysOn: true),
            Tier = "dev.medium",
            Services = [new ServiceSpec("busy", 8000, "for n in 1 2; do while :; do :; done & done; wait", ".")],
        }));
        foreach (var other in _others)
            Assert.Null((await podd.Act(HttpMethod.Put, $"/v1/pods/{other.Id}", other))[^1].Fault);
        await SleepAndWake();
        Assert.Contains("spinning", (await WokenCold(TimeSpan.FromSeconds(2 * WakeVerdict.SuspectSeconds))).Wake!.Because, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_service_that_somebody_had_stopped_before_the_sleep_is_no_deaf_one_and_goes_on_where_it_was()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make("pass");
        var pid = (await podd.Exec(_id, "cat", "/tmp/pid")).Stdout.Trim();
        Assert.Equal(0, (await podd.Exec(_id, "kill", "-STOP", pid)).ExitCode);
        await SleepAndWake();
        await StaysWarm();
        Assert.Equal(0, (await podd.Exec(_id, "kill", "-CONT", pid)).ExitCode);
        await PoddProcess.Eventually(async () => await podd.Tunnel(_id, 8000) == "served", "it does not serve when it goes on");
        Assert.Equal(pid, (await podd.Exec(_id, "cat", "/tmp/pid")).Stdout.Trim());
    }

    [SkippableFact]
    public async Task A_pod_that_works_for_the_request_that_woke_it_is_left_alone()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Make("pass");
        Assert.Equal(PodState.Asleep, (await podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Report!.State);
        // It does one thing at a time, computes all the while, and answers no probe meanwhile.
        Assert.Equal("served", await podd.Tunnel(_id, 8000, "/compute", wake: true));
        await StaysWarm();
    }

    // Serves one request after the other; notices by the gap in time that it has slept, and does then what the test wants.
    private async Task Make(string afterSleep)
    {
        var app = new ServiceSpec("app", 8000, $$"""
            python3 -c '
            import os, socket, threading, time
            def spin():
                while True: pass
            open("/tmp/pid", "w").write(str(os.getpid()))
            server = socket.create_server(("0.0.0.0", 8000))
            server.settimeout(0.1)
            last = time.time()
            while True:
                if time.time() - last > 3:
                    {{afterSleep}}
                last = time.time()
                try: client, _ = server.accept()
                except TimeoutError: continue
                client.settimeout(10)
                try:
                    asked = client.recv(4096)
                    end = time.time() + (14 if b"/compute" in asked else 0)
                    while time.time() < end: pass
                    if asked: client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nserved")
                except OSError: pass
                client.close()
                last = time.time()'
            """, ".");
        // Never frozen: it would take that for a sleep.
        Assert.Null((await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "woken") with { Sleep = new SleepPolicy(0, AlwaysOn: true), Services = [app] }))[^1].Fault);
        await PoddProcess.Eventually(async () => await podd.Tunnel(_id, 8000) == "served", "the service does not answer");
        await PoddProcess.Eventually(async () => (await Report()).Ports.Any(port => port.Port == 8000), "the port is not seen");
    }

    private async Task SleepAndWake()
    {
        Assert.Equal(PodState.Asleep, (await podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Report!.State);
        await Task.Delay(TimeSpan.FromSeconds(4)); // by which the service knows that it slept
        var woken = (await podd.Act(HttpMethod.Post, Path + "/wake"))[^1].Report!;
        Assert.True(woken is { State: PodState.Running, Wake.Cold: false }, $"{woken.State} {woken.Wake}");
    }

    private async Task<PodReport> WokenCold(TimeSpan? within = null)
    {
        PodReport report = null!;
        await PoddProcess.Eventually(async () => (report = await Report()) is { State: PodState.Running, Wake.Cold: true }, () => $"it is not started cold: {report.State} {report.Wake} {podd.Log}", within);
        return report;
    }

    private async Task StaysWarm()
    {
        await Task.Delay(TimeSpan.FromSeconds(15)); // longer than podd looks: what is measured is that nothing happens meanwhile
        var report = await Report();
        Assert.True(report is { State: PodState.Running, Wake.Cold: false }, $"{report.State} {report.Wake}");
    }

    private async Task<WakeCounts> Counts() => (await podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Wakes;

    private Task<PodReport> Report() => podd.Get(Path, ContractsJson.Default.PodReport);
}
