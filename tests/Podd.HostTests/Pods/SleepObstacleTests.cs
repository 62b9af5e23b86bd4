using System.Net.Sockets;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Pods sleep whatever their processes hold, and come back sound; or they stay awake, and say what it is that cannot be kept.</summary>
public sealed class SleepObstacleTests(PoddProcess podd) : SleepingPodTests(podd)
{
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

    [SkippableFact]
    public async Task A_pod_with_a_process_that_ignores_the_end_of_a_connection_stays_awake_and_says_what_keeps_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // It never reads what it has connected to, so it does not learn that the other side has gone.
        var deaf = new ServiceSpec("deaf", 8001, $"exec 3<>/dev/tcp/{World.Internet}/{World.Port}; exec sleep 1000", ".");
        await Pod.Put(Pod.Spec with { Services = [SleepingPod.App, deaf] });
        await PoddProcess.Eventually(async () => (await Host.Exec(Pod.Id, "grep", "-c", ":1F90 01", "/proc/net/tcp")).Stdout == "2\n", "the two services are not connected");
        await Pod.Put(Pod.Spec with { Sleep = new SleepPolicy(AfterSeconds: 5), Services = [SleepingPod.App, deaf] });
        PodReport? report = null;
        await PoddProcess.Eventually(async () => (report = await Pod.Report()).Idle?.Because.Contains($"a process keeps its connection to {World.Internet}:{World.Port}", StringComparison.Ordinal) == true, () => $"the pod does not say what keeps it: {report} {Host.Log}");
        Assert.Equal(PodState.Running, (await Pod.Report()).State);
        Assert.Contains("\"count\"", await Host.Tunnel(Pod.Id, 8000), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_descriptor_that_was_closed_before_the_sleep_is_not_told_of_after_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Pod.Put(Pod.Spec with { Services = [SleepingPod.App, Polling] });
        var address = (await Pod.Report()).Address!;
        using (var client = new TcpClient())
        {
            await PoddProcess.Eventually(async () => (await Host.Exec(Pod.Id, "grep", "-c", ":1F43 00000000:0000 0A", "/proc/net/tcp")).Stdout == "1\n", "the service does not listen");
            await client.ConnectAsync(address, 8003);
            await client.GetStream().WriteAsync("come"u8.ToArray());
            await client.GetStream().ReadExactlyAsync(new byte[4]).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }
        await PoddProcess.Eventually(async () => (await Host.Exec(Pod.Id, "cat", "/workspace/count")).Stdout == "0", "the service does not count");

        await Pod.Good("/sleep");
        await Pod.Good("/wake");
        Assert.Equal(0, (await Host.Exec(Pod.Id, "rm", "/workspace/count")).ExitCode);
        await PoddProcess.Eventually(async () => (await Host.Exec(Pod.Id, "test", "-e", "/workspace/count")).ExitCode == 0, "the service does not go on");
        Assert.Equal("0", (await Host.Exec(Pod.Id, "cat", "/workspace/count")).Stdout);
    }

    [SkippableFact]
    public async Task A_pod_with_clients_that_dial_again_without_a_pause_sleeps_and_they_are_connected_when_it_wakes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Pod.Put(Pod.Spec with { Services = [SleepingPod.App, Restless] });
        await RestlessAreConnected();
        for (var round = 0; round < Proof.Rounds(2, 20); round++)
        {
            await Pod.Good("/sleep");
            Assert.Equal(PodState.Running, (await Pod.Good("/wake")).State);
            // Far less than the fifteen seconds after which the guest would let them dial by itself.
            await RestlessAreConnected();
            Assert.False((await Pod.Report()).Wake!.Cold);
        }
    }

    [SkippableFact]
    public async Task A_pod_with_a_process_that_uses_a_file_which_is_gone_stays_awake_says_so_and_sleeps_once_it_is_restarted()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // What runs is replaced by its next version, as a package manager does.
        var updated = new ServiceSpec("updated", 8001, "cp /bin/sleep old && cp /bin/sleep new && exec ./old 100000", ".");
        await Pod.Put(Pod.Spec with { Services = [SleepingPod.App, updated] });
        await PoddProcess.Eventually(async () => (await Host.Exec(Pod.Id, "pgrep", "-x", "old")).ExitCode == 0, "the service does not run");
        Assert.Equal(0, (await Host.Exec(Pod.Id, "mv", "/workspace/new", "/workspace/old")).ExitCode);

        var refused = (await Host.Act(HttpMethod.Post, Pod.Path + "/sleep"))[^1].Fault;
        Assert.Equal(FaultKind.Conflict, refused?.Kind);
        Assert.Matches("old, process [0-9]+, uses /workspace/old( \\(and [0-9]+ more\\))?, which was deleted or replaced; restart it", refused!.Message);
        Assert.Equal(PodState.Running, (await Pod.Report()).State);
        Assert.Contains("\"count\"", await Host.Tunnel(Pod.Id, 8000), StringComparison.Ordinal);

        using var restarted = await Host.Http.PostAsync(new Uri($"{Pod.Path}/services/updated/restart", UriKind.Relative), null);
        Assert.True(restarted.IsSuccessStatusCode, await restarted.Content.ReadAsStringAsync());
        Assert.Equal(PodState.Asleep, (await Pod.Good("/sleep")).State);
        Assert.False((await Pod.Good("/wake")).Wake!.Cold);
    }

    private async Task RestlessAreConnected()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(12));
        var count = "";
        while (count != $"{RestlessClients + 1}\n")
        {
            Assert.False(limit.IsCancellationRequested, $"{count.Trim()} of {RestlessClients} clients and the app are connected");
            count = (await Host.Exec(Pod.Id, "grep", "-c", ":1F90 01", "/proc/net/tcp")).Stdout;
        }
    }
}
