using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>What one pod can take from its host and from another pod: its tier, and nothing else. The other pod serves all the while.</summary>
[Collection(AloneCollection.Name)]
public sealed class LimitsTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private readonly string _greedy = Guid.CreateVersion7().ToString();
    private readonly string _neighbour = Guid.CreateVersion7().ToString();
    private string _neighbourAddress = "";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        await Make(_greedy, "alice", "greedy");
        _neighbourAddress = (await Make(_neighbour, "bob", "neighbour", new ServiceSpec("web", 8000, "python3 -m http.server 8000 --bind 0.0.0.0", "."))).Address!;
        await PoddProcess.Eventually(async () => await Connects(_neighbourAddress, 8000), "the neighbour does not serve");
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        foreach (var id in (string[])[_greedy, _neighbour])
        {
            Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{id}"))[^1] is { Done: true, Fault: null });
            Assert.DoesNotContain(await podd.Residue(id), left => left.Contains(id, StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task A_pod_sees_its_tier_and_not_its_host()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Equal("1\n", await Out(_greedy, "nproc"));
        var megabytes = int.Parse(await Out(_greedy, "free -m | awk '/^Mem/ {print $2}'"), CultureInfo.InvariantCulture);
        Assert.InRange(megabytes, 900, 1024);
        Assert.Equal("greedy\n", await Out(_greedy, "hostname"));
    }

    [SkippableFact]
    public async Task A_pod_cannot_write_more_than_its_tier_has_and_goes_on_once_it_removes_something()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await using var neighbour = new Watcher($"http://{_neighbourAddress}:8000/");
        // 12 GB into 10: most of it reserved, which the quota counts like any other extent, and the rest written byte by byte.
        Assert.Equal("", await Out(_greedy, "fallocate -l 9G /workspace/most"));
        var filled = await podd.Exec(_greedy, "bash", "-c", "dd if=/dev/zero of=/workspace/rest bs=1M count=3072");
        Assert.NotEqual(0, filled.ExitCode);
        Assert.Contains("Disk quota exceeded", filled.Stderr, StringComparison.Ordinal);
        var bytes = long.Parse(await Out(_greedy, "stat -c %s /workspace/most /workspace/rest | awk '{sum += $1} END {printf \"%.0f\", sum}'"), CultureInfo.InvariantCulture);
        Assert.InRange(bytes, 9_900_000_000, Tier.Find("dev.small")!.Disk);

        Assert.Equal("", await Out(_greedy, "rm /workspace/most && sync"));
        Assert.Equal("again\n", await Out(_greedy, "for try in $(seq 100); do echo again > /workspace/small 2>/dev/null && break; sleep 0.1; done; cat /workspace/small"));
        await neighbour.MissedNothing();
        Assert.Equal("fine\n", await Out(_neighbour, "echo fine > /workspace/file && cat /workspace/file"));
    }

    [SkippableFact]
    public async Task A_process_that_takes_more_memory_than_the_tier_has_dies_alone()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await using var neighbour = new Watcher($"http://{_neighbourAddress}:8000/");
        var before = await Pid(_greedy);
        var hog = await podd.Exec(_greedy, "python3", "-c", "x = []\nwhile True: x.append(b'x' * 50_000_000)");
        Assert.NotEqual(0, hog.ExitCode);
        Assert.Equal("alive\n", await Out(_greedy, "echo alive"));
        var report = await podd.Get($"/v1/pods/{_greedy}", ContractsJson.Default.PodReport);
        Assert.Equal((PodState.Running, null), (report.State, report.Death));
        Assert.Equal(before, await Pid(_greedy));
        await neighbour.MissedNothing();
    }

    [SkippableFact]
    public async Task A_pod_that_uses_more_memory_than_a_smaller_tier_has_keeps_its_tier_and_its_processes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await Resize("dev.medium")).Fault);
        var eater = await podd.Leave(_greedy, """python3 -c "import time; x = b\"x\" * 1_300_000_000; open(\"/workspace/eaten\", \"w\"); time.sleep(1000)" """);
        Assert.Equal("", await Out(_greedy, "until test -e /workspace/eaten; do sleep 0.1; done"));

        var fault = (await Resize("dev.small")).Fault!;
        Assert.Equal(FaultKind.Conflict, fault.Kind);
        Assert.Matches("^cannot resize pod greedy to dev.small: it uses 1.[0-9] GiB of memory, and that tier has 1 GiB$", fault.Message);
        var report = await podd.Get($"/v1/pods/{_greedy}", ContractsJson.Default.PodReport);
        Assert.Equal((PodState.Running, PodSpecHash.Of(PoddProcess.Spec(_greedy, "greedy") with { Services = [], Tier = "dev.medium" })), (report.State, report.SpecHash));
        Assert.True(await podd.Lives(_greedy, eater));

        Assert.Equal("", await Out(_greedy, $"kill {eater}; while kill -0 {eater} 2>/dev/null; do sleep 0.1; done"));
        // The sandbox gives the memory of a process back to the host some time after its end.
        await PoddProcess.Eventually(async () => (await Resize("dev.small")).Fault is null, "the pod does not become small although nothing in it takes memory");
    }

    [SkippableFact]
    public async Task A_pod_that_computes_stands_behind_the_others_until_it_no_longer_does()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var root = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
        string Text(string id, string file) => File.ReadAllText($"{root}{podd.Place.CgroupParent}/{id}/{file}").Trim();
        var weight = root.EndsWith("cpu", StringComparison.Ordinal) ? "cpu.shares" : "cpu.weight";
        var before = Text(_greedy, weight);

        var hog = await podd.Leave(_greedy, """bash -c "while :; do :; done" """);
        await PoddProcess.Eventually(() => Task.FromResult(Text(_greedy, "cpu.idle") == "1"), "a pod that computes is not behind the others");
        Assert.Equal("0", Text(_neighbour, "cpu.idle"));

        Assert.Equal("", await Out(_greedy, $"kill {hog}"));
        await PoddProcess.Eventually(() => Task.FromResult(Text(_greedy, "cpu.idle") == "0"), "a pod that no longer computes is still behind the others");
        Assert.Equal(before, Text(_greedy, weight));
    }

    [SkippableFact]
    public async Task A_fork_bomb_hurts_its_own_pod_at_most()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await using var neighbour = new Watcher($"http://{_neighbourAddress}:8000/");
        var cgroup = Podd.Cgroups.Cgroup.At($"{podd.Place.CgroupParent}/{_greedy}");
        using var body = new StringContent(JsonSerializer.Serialize(new ExecSpec { Command = ["bash", "-c", "bomb() { bomb | bomb & }; bomb; sleep 1000"], Timeout = 20 }, ContractsJson.Default.ExecSpec), Encoding.UTF8, "application/json");
        var bomb = podd.Http.PostAsync(new Uri($"/v1/pods/{_greedy}/exec", UriKind.Relative), body);
        var most = 0;
        while (!bomb.IsCompleted)
        {
            most = Math.Max(most, cgroup.Processes.Count);
            await Task.WhenAny(bomb, Task.Delay(100));
        }
        (await bomb).Dispose();
        await neighbour.MissedNothing();
        Assert.Equal("fine\n", await Out(_neighbour, "echo fine"));

        // Its own guest may come to nothing beside thousands of others, or the pod may have died: a person stops it and starts it again.
        Assert.Null((await podd.Act(HttpMethod.Post, $"/v1/pods/{_greedy}/stop"))[^1].Fault);
        Assert.Null((await podd.Act(HttpMethod.Post, $"/v1/pods/{_greedy}/start"))[^1].Fault);
        Assert.Equal("alive\n", await Out(_greedy, "echo alive"));
        Assert.InRange(most, 1, 8192);
    }

    [SkippableFact]
    public async Task A_pod_reaches_no_other_pod_and_nothing_of_its_host()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var bridge = (await PoddProcess.Output("ip", "-4", "-br", "addr", "show", "dev", podd.Place.Bridge)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2].Split('/')[0];
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        // It can be reached, but not by a pod.
        Assert.True(await Connects(bridge, port));
        Assert.True(await Connects(_neighbourAddress, 8000));

        (string Address, int Port)[] forbidden =
        [
            (_neighbourAddress, 8000), (_neighbourAddress, GuestProtocol.Port), (bridge, port), (bridge, podd.Place.Port), ("169.254.169.254", 80), ("169.254.169.254", 53),
            .. (await HostAddresses()).Select(address => (address, port)),
        ];
        foreach (var (address, forbiddenPort) in forbidden)
        {
            var reach = await podd.Exec(_greedy, "timeout", "3", "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"exec 3<>/dev/tcp/{address}/{forbiddenPort}"));
            Assert.True(reach.ExitCode != 0, $"a pod reached {address}:{forbiddenPort}");
        }
    }

    private async Task<PodReport> Make(string id, string owner, string name, params ServiceSpec[] services)
    {
        var made = await podd.Act(HttpMethod.Put, $"/v1/pods/{id}", PoddProcess.Spec(id, name, owner) with { Services = services });
        Assert.Null(made[^1].Fault);
        return made[^1].Report!;
    }

    private async Task<ProgressLine> Resize(string tier) =>
        (await podd.Act(HttpMethod.Put, $"/v1/pods/{_greedy}", PoddProcess.Spec(_greedy, "greedy") with { Services = [], Tier = tier }))[^1];

    private async Task<string> Out(string id, string line)
    {
        var result = await podd.Exec(id, "bash", "-c", line);
        Assert.True(result.ExitCode == 0, $"{line}: {result.ExitCode} {result.Stderr}");
        return result.Stdout;
    }

    private Task<string> Pid(string id) => File.ReadAllTextAsync(Path.Combine(podd.Root, "pods", id, "sandbox.pid"));

    private static async Task<bool> Connects(string address, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await socket.ConnectAsync(address, port, limit.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<string>> HostAddresses() =>
        [.. (await PoddProcess.Output("ip", "-4", "-br", "addr")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 2 && words[0] != "lo")
            .Select(words => words[2].Split('/')[0])];
}
