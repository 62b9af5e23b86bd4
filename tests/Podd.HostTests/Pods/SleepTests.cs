using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Pods that sleep come back with their processes, whatever connections they had.</summary>
public sealed class SleepTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    // Counts its requests, and keeps a connection to a server outside.
    private static readonly ServiceSpec App = new("app", 8000, $$"""
        node -e '
        let [count, dials, linked] = [0, 0, false];
        require("http").createServer((request, response) => response.end(JSON.stringify({ count: count++, pid: process.pid, dials, linked }))).listen(8000, "0.0.0.0");
        (function dial() {
            dials++;
            const socket = require("net").connect({{World.Port}}, "{{World.Internet}}", () => { linked = true; socket.write("hello"); });
            socket.resume().on("error", () => {}).on("close", () => { linked = false; setTimeout(dial, 1000); });
        })()'
        """, ".");

    private const int RestlessClients = 40;

    private static readonly ServiceSpec Restless = new("restless", 8002, $$"""
        exec python3 -c '
        import asyncio
        async def dial():
            while True:
                try:
                    reader, writer = await asyncio.open_connection("{{World.Internet}}", {{World.Port}})
                    while await reader.read(4096): pass
                    writer.close()
                except OSError:
                    await asyncio.sleep(0.01)
        async def main():
            await asyncio.gather(*(dial() for n in range({{RestlessClients}})))
        asyncio.run(main())'
        """, ".");

    // Two descriptors become ready together and unready together; then one of them is closed. What it counts must stay 0.
    private static readonly ServiceSpec Polling = new("polling", 8003, """
        exec python3 -c '
        import os, select, socket
        mine, other = socket.socketpair()
        server = socket.create_server(("0.0.0.0", 8003))
        client, _ = server.accept()
        epoll = select.epoll()
        epoll.register(mine, select.EPOLLIN)
        epoll.register(client, select.EPOLLIN)
        while not select.select([client], [], [], 1)[0]: pass
        other.send(b"x")
        assert len(epoll.poll(1)) == 2
        mine.recv(1), client.recv(100)
        assert epoll.poll(0) == []
        client.sendall(b"seen")
        while client.recv(100): pass
        gone = client.fileno()
        epoll.unregister(client)
        client.close()
        count = 0
        while True:
            count += sum(fd == gone for fd, _ in epoll.poll(0.2))
            with open("/workspace/count.new", "w") as file: file.write(str(count))
            os.rename("/workspace/count.new", "/workspace/count")
            if count: import time; time.sleep(0.2)
        '
        """, ".");

    private readonly World _world = new(new HostCommand(NullLogger<HostCommand>.Instance));
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        await _world.Make();
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec()))[^1].Fault);
        await PoddProcess.Eventually(async () => await Ask() is { Linked: true }, "the app does not serve, or does not reach its server");
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
        await _world.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_pod_sleeps_with_connections_both_ways_and_a_request_brings_back_the_same_processes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        using var visitor = new HttpClient(); // keeps its connection
        var page = new Uri($"http://{(await Report()).Address}:8000/");
        var before = Read(await visitor.GetStringAsync(page));

        await Good("/sleep");
        var report = await Report();
        Assert.Equal((PodState.Asleep, false), (report.State, report.Frozen));
        Assert.True(report.Checkpoint is { Bytes: > 1_000_000 });
        Assert.Equal(
            [System.IO.Path.Combine(podd.Root, "pods", _id), System.IO.Path.Combine(podd.Pool, "pods", _id)],
            await podd.Residue(_id));
        Assert.Contains(" 503 ", await podd.Tunnel(_id, 8000), StringComparison.Ordinal);
        Assert.Equal(PodState.Asleep, (await Report()).State);

        var after = Read(await podd.Tunnel(_id, 8000, wake: true));
        Assert.Equal((before.Count + 1, before.Pid), (after.Count, after.Pid));
        Assert.True((await Report()) is { State: PodState.Running, Checkpoint: null, Wake.Cold: false });
        Assert.Empty(Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(podd.Pool, "checkpoints")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(System.IO.Path.Combine(podd.Pool, "pairs")));
        await PoddProcess.Eventually(async () => await Ask() is { Linked: true } state && state.Dials > before.Dials, "the app does not reach its server again");
    }

    [SkippableFact]
    public async Task Services_that_are_changed_while_it_sleeps_are_changed_when_it_wakes_and_the_others_never_noticed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var pid = Read(await podd.Tunnel(_id, 8000)).Pid;
        var old = new ServiceSpec("other", 8001, "python3 -m http.server 8001", ".");
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Services = [App, old] }))[^1].Fault);
        await PoddProcess.Eventually(async () => (await podd.Tunnel(_id, 8001)).Contains("Directory listing", StringComparison.Ordinal), "the other service does not serve");
        await Good("/sleep");

        var changed = Spec() with { Services = [App, new ServiceSpec("other", 8002, "mkdir -p new && cd new && echo new > index.html && python3 -m http.server 8002", ".")] };
        Assert.True((await podd.Act(HttpMethod.Put, Path, changed))[^1] is { Fault: null, Report: { State: PodState.Asleep, Checkpoint: not null } });
        // It stands in the record, whatever becomes of podd.
        await podd.Kill();
        await podd.Start();
        Assert.True(await Report() is { State: PodState.Asleep, Checkpoint: not null } asleep && asleep.SpecHash == PodSpecHash.Of(changed));

        Assert.Equal(pid, Read(await podd.Tunnel(_id, 8000, wake: true)).Pid);
        await PoddProcess.Eventually(async () => await podd.Tunnel(_id, 8002) == "new\n", "the changed service does not serve");
        Assert.DoesNotContain("Directory listing", await podd.Tunnel(_id, 8001), StringComparison.Ordinal);
        Assert.Equal(pid, Read(await podd.Tunnel(_id, 8000)).Pid);
        Assert.True((await Report()).Wake is { Cold: false }, podd.Log);
    }

    [SkippableFact]
    public async Task Fifty_requests_at_once_wake_it_once()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Good("/sleep");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => podd.Tunnel(_id, 8000, wake: true)));
        Assert.Equal(50, answers.Select(answer => Read(answer).Count).Distinct().Count());
        Assert.Single(answers.Select(answer => Read(answer).Pid).Distinct());
    }

    [SkippableFact]
    public async Task Visitors_whom_nobody_knows_wake_it_until_their_budget_is_spent_and_then_only_those_who_are_known_do()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        for (var wake = 0; wake < Podd.Pods.WakeBudget.Most; wake++)
        {
            await Good("/sleep");
            // Two at once wake it once.
            var answers = await Task.WhenAll(podd.Tunnel(_id, 8000, visitor: true), podd.Tunnel(_id, 8000, visitor: true));
            Assert.All(answers, answer => Assert.Contains("\"count\"", answer, StringComparison.Ordinal));
        }
        Assert.Contains("\"count\"", await podd.Tunnel(_id, 8000, visitor: true), StringComparison.Ordinal);
        await Good("/sleep");
        Assert.Contains(" 503 ", await podd.Tunnel(_id, 8000, visitor: true), StringComparison.Ordinal);
        Assert.Equal(PodState.Asleep, (await Report()).State);
        Assert.Contains("\"count\"", await podd.Tunnel(_id, 8000, wake: true), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_pod_that_nothing_uses_goes_to_sleep_by_itself()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Sleep = new SleepPolicy(AfterSeconds: 5) }))[^1].Fault);
        await PoddProcess.Eventually(async () => await Report() is { State: PodState.Asleep }, "the pod does not sleep");
        Assert.Equal(PodState.Running, (await Good("/wake")).State);
    }

    [SkippableFact]
    public async Task A_pod_with_a_process_that_ignores_the_end_of_a_connection_stays_awake_and_says_what_keeps_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // It never reads what it has connected to, so it does not learn that the other side has gone.
        var deaf = new ServiceSpec("deaf", 8001, $"exec 3<>/dev/tcp/{World.Internet}/{World.Port}; exec sleep 1000", ".");
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Services = [App, deaf] }))[^1].Fault);
        await PoddProcess.Eventually(async () => (await podd.Exec(_id, "grep", "-c", ":1F90 01", "/proc/net/tcp")).Stdout == "2\n", "the two services are not connected");
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Sleep = new SleepPolicy(AfterSeconds: 5), Services = [App, deaf] }))[^1].Fault);
        PodReport? report = null;
        await PoddProcess.Eventually(async () => (report = await Report()).Idle?.Because.Contains($"a process keeps its connection to {World.Internet}:{World.Port}", StringComparison.Ordinal) == true, () => $"the pod does not say what keeps it: {report} {podd.Log}");
        Assert.Equal(PodState.Running, (await Report()).State);
        Assert.Contains("\"count\"", await podd.Tunnel(_id, 8000), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_descriptor_that_was_closed_before_the_sleep_is_not_told_of_after_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Services = [App, Polling] }))[^1].Fault);
        var address = (await Report()).Address!;
        using (var client = new TcpClient())
        {
            await PoddProcess.Eventually(async () => (await podd.Exec(_id, "grep", "-c", ":1F43 00000000:0000 0A", "/proc/net/tcp")).Stdout == "1\n", "the service does not listen");
            await client.ConnectAsync(address, 8003);
            await client.GetStream().WriteAsync("come"u8.ToArray());
            await client.GetStream().ReadExactlyAsync(new byte[4]).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }
        await PoddProcess.Eventually(async () => (await podd.Exec(_id, "cat", "/workspace/count")).Stdout == "0", "the service does not count");

        await Good("/sleep");
        await Good("/wake");
        Assert.Equal(0, (await podd.Exec(_id, "rm", "/workspace/count")).ExitCode);
        await PoddProcess.Eventually(async () => (await podd.Exec(_id, "test", "-e", "/workspace/count")).ExitCode == 0, "the service does not go on");
        Assert.Equal("0", (await podd.Exec(_id, "cat", "/workspace/count")).Stdout);
    }

    [SkippableFact]
    public async Task A_pod_with_clients_that_dial_again_without_a_pause_sleeps_and_they_are_connected_when_it_wakes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Services = [App, Restless] }))[^1].Fault);
        await RestlessAreConnected();
        for (var round = 0; round < Proof.Rounds(2, 20); round++)
        {
            await Good("/sleep");
            Assert.Equal(PodState.Running, (await Good("/wake")).State);
            // Far less than the fifteen seconds after which the guest would let them dial by itself.
            await RestlessAreConnected();
            Assert.False((await Report()).Wake!.Cold);
        }
    }

    [SkippableFact]
    public async Task A_pod_with_a_process_that_uses_a_file_which_is_gone_stays_awake_says_so_and_sleeps_once_it_is_restarted()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // What runs is replaced by its next version, as a package manager does.
        var updated = new ServiceSpec("updated", 8001, "cp /bin/sleep old && cp /bin/sleep new && exec ./old 100000", ".");
        Assert.Null((await podd.Act(HttpMethod.Put, Path, Spec() with { Services = [App, updated] }))[^1].Fault);
        await PoddProcess.Eventually(async () => (await podd.Exec(_id, "pgrep", "-x", "old")).ExitCode == 0, "the service does not run");
        Assert.Equal(0, (await podd.Exec(_id, "mv", "/workspace/new", "/workspace/old")).ExitCode);

        var refused = (await podd.Act(HttpMethod.Post, Path + "/sleep"))[^1].Fault;
        Assert.Equal(FaultKind.Conflict, refused?.Kind);
        Assert.Matches("old, process [0-9]+, uses /workspace/old( \\(and [0-9]+ more\\))?, which was deleted or replaced; restart it", refused!.Message);
        Assert.Equal(PodState.Running, (await Report()).State);
        Assert.Contains("\"count\"", await podd.Tunnel(_id, 8000), StringComparison.Ordinal);

        using var restarted = await podd.Http.PostAsync(new Uri($"{Path}/services/updated/restart", UriKind.Relative), null);
        Assert.True(restarted.IsSuccessStatusCode, await restarted.Content.ReadAsStringAsync());
        Assert.Equal(PodState.Asleep, (await Good("/sleep")).State);
        Assert.False((await Good("/wake")).Wake!.Cold);
    }

    [SkippableFact]
    public async Task A_memory_that_cannot_be_brought_back_becomes_a_cold_start_that_is_told()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Equal(0, (await podd.Exec(_id, "bash", "-c", "echo kept > /workspace/file")).ExitCode);
        await Good("/sleep");
        foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(podd.Pool, "checkpoints", _id)))
            await File.WriteAllBytesAsync(file, new byte[4096]);

        await Good("/wake");
        var report = await Report();
        Assert.True(report is { State: PodState.Running, Checkpoint: null, Wake: { Cold: true, Because: not null } });
        Assert.Equal("kept\n", (await podd.Exec(_id, "cat", "/workspace/file")).Stdout);
        await PoddProcess.Eventually(async () => await Ask() is { Linked: true }, "the app does not serve after a cold start");
    }

    private async Task RestlessAreConnected()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(12));
        var count = "";
        while (count != $"{RestlessClients + 1}\n")
        {
            Assert.False(limit.IsCancellationRequested, $"{count.Trim()} of {RestlessClients} clients and the app are connected");
            count = (await podd.Exec(_id, "grep", "-c", ":1F90 01", "/proc/net/tcp")).Stdout;
        }
    }

    private PodSpec Spec() => PoddProcess.Spec(_id, "sleeper") with { Services = [App] };

    private async Task<PodReport> Good(string act)
    {
        var last = (await podd.Act(HttpMethod.Post, Path + act))[^1];
        Assert.True(last is { Done: true, Fault: null }, $"{last.Fault?.Message} {last.Fault?.Detail}");
        return last.Report!;
    }

    private Task<PodReport> Report() => podd.Get(Path, ContractsJson.Default.PodReport);

    private async Task<State?> Ask() => await podd.Tunnel(_id, 8000) is var answer && answer.StartsWith('{') ? Read(answer) : null;

    private static State Read(string answer) => JsonSerializer.Deserialize<State>(answer, JsonSerializerOptions.Web) ?? throw new InvalidOperationException(answer);

    private sealed record State(int Count, int Pid, int Dials, bool Linked);
}
