using System.Text;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestServiceTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Fact]
    public async Task A_service_runs_with_its_port_and_is_reported_as_listening()
    {
        var port = RunningGuest.FreePort();
        await guest.Configure(new ServiceSpec("web", port, "exec python3 -m http.server $PORT --bind 127.0.0.1"));
        await Eventually.True(async () => (await Report("web")) is { State: ServiceState.Running, Listening: true });
        Assert.Contains((await guest.Client.Status(CancellationToken.None)).Ports, listening => listening.Port == port && listening.LoopbackOnly);
    }

    [Fact]
    public async Task A_port_names_the_process_that_listens_however_many_share_it_and_whatever_it_calls_itself()
    {
        var (shared, renamed) = (RunningGuest.FreePort(), RunningGuest.FreePort());
        await guest.Configure(
            new ServiceSpec("shared", shared, "exec python3 -c 'import os, socket, time; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((\"127.0.0.1\", int(os.environ[\"PORT\"]))); s.listen(); [os.fork() for _ in range(3)]; time.sleep(1000)'"),
            new ServiceSpec("renamed", renamed, "exec python3 -c 'import os, socket, time; open(\"/proc/self/comm\", \"wb\").write(b\"\\x1b[2Jno\\xffn\\tame\"); s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((\"127.0.0.1\", int(os.environ[\"PORT\"]))); s.listen(); time.sleep(1000)'"));
        try
        {
            await Eventually.True(async () => await ProcessOf(shared) == "python3" && await ProcessOf(renamed) == "[2Jno\ufffdname");
        }
        catch (TimeoutException)
        {
            var ports = (await guest.Client.Status(CancellationToken.None)).Ports;
            Assert.Fail($"{shared} and {renamed} among {ports.Count} ports, {string.Join(' ', ports.Select(port => $"{port.Port}:{port.Process}"))}; they said: {await Log("shared")} / {await Log("renamed")}");
        }
    }

    [Fact]
    public async Task A_service_that_fails_is_started_again_after_growing_pauses()
    {
        var port = RunningGuest.FreePort();
        await guest.Configure(new ServiceSpec("bad", port, "date +%s%N >> starts; exit 7"));
        var starts = Path.Combine(guest.Workspace, "starts");
        await Eventually.True(async () => File.Exists(starts) && (await File.ReadAllLinesAsync(starts)).Length >= 4);
        var times = (await File.ReadAllLinesAsync(starts)).Select(long.Parse).ToArray();
        Assert.True(times[1] - times[0] >= 500_000_000);
        Assert.True(times[2] - times[1] >= 1_000_000_000);
        Assert.True(times[3] - times[2] >= 2_000_000_000);
        var report = await Report("bad");
        Assert.Equal(7, report?.ExitCode);
        Assert.True(report?.Restarts >= 3);
        Assert.Contains("ended with exit code 7", await Log("bad"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_ends_well_is_left_so_until_it_is_restarted()
    {
        await guest.Configure(new ServiceSpec("once", RunningGuest.FreePort(), "echo ran"));
        await Eventually.True(async () => (await Report("once"))?.State == ServiceState.Exited);
        await guest.Client.Restart("once", CancellationToken.None);
        await Eventually.True(async () => await Log("once") == "ran\nran\n");
    }

    [Fact]
    public async Task A_new_configuration_touches_only_the_services_that_changed()
    {
        var keeps = new ServiceSpec("keeps", RunningGuest.FreePort(), "echo $$; exec sleep 1000");
        var changes = new ServiceSpec("changes", RunningGuest.FreePort(), "echo old; exec sleep 1000");
        await guest.Configure(keeps, changes);
        await Eventually.True(async () => (await Log("keeps")).Length > 0 && await Log("changes") == "old\n");
        var pid = await Log("keeps");
        await guest.Configure(keeps, changes with { Run = "echo new; exec sleep 1000" });
        await Eventually.True(async () => (await Log("changes")).EndsWith("new\n", StringComparison.Ordinal));
        Assert.Equal(pid, await Log("keeps"));
        Assert.Equal(ServiceState.Running, (await Report("keeps"))?.State);
    }

    [Fact]
    public async Task Whoever_watches_hears_of_each_change()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await guest.Configure();
        var heard = Task.Run(async () =>
        {
            await foreach (var status in guest.Client.Watch(limit.Token))
            {
                if (status.Services.Any(service => service is { Name: "seen", State: ServiceState.Running }))
                    return;
            }
            Assert.Fail("the guest stopped telling");
        });
        await guest.Configure(new ServiceSpec("seen", RunningGuest.FreePort(), "exec sleep 1000"));
        await heard;
    }

    [Fact]
    public async Task A_changed_environment_restarts_only_the_services_that_it_changes()
    {
        ServiceSpec Printing(string name, Dictionary<string, string>? own = null) => new(name, RunningGuest.FreePort(), "echo $$ $WORD; exec sleep 1000", Environment: own);
        var (inherits, overrides) = (Printing("inherits"), Printing("overrides", new() { ["WORD"] = "own" }));
        await guest.Configure(new Dictionary<string, string> { ["WORD"] = "one" }, inherits, overrides);
        await Eventually.True(async () => (await Log("inherits")).EndsWith(" one\n", StringComparison.Ordinal) && (await Log("overrides")).EndsWith(" own\n", StringComparison.Ordinal));
        var kept = await Log("overrides");
        await guest.Configure(new Dictionary<string, string> { ["WORD"] = "two" }, inherits, overrides);
        await Eventually.True(async () => (await Log("inherits")).EndsWith(" two\n", StringComparison.Ordinal));
        Assert.Equal(kept, await Log("overrides"));
        Assert.Equal("two\n", (await guest.Exec("sh", "-c", "echo $WORD")).Stdout);
    }

    [Fact]
    public async Task A_service_that_stops_takes_along_what_it_put_into_a_session_of_its_own()
    {
        var mark = Processes.Mark();
        await guest.Configure(new ServiceSpec("spreads", RunningGuest.FreePort(), $"setsid sleep {mark} & setsid -f sleep {mark}; exec sleep {mark}"));
        await Eventually.True(async () => await Processes.Count(mark) == 3);
        await guest.Configure();
        Assert.Equal(0, await Processes.Count(mark));
    }

    [Fact]
    public async Task A_service_that_ignores_the_request_to_end_is_killed_after_its_grace()
    {
        var mark = Processes.Mark();
        await guest.Configure(new ServiceSpec("stubborn", RunningGuest.FreePort(), $"trap '' TERM; while true; do sleep {mark}; done"));
        await Eventually.True(async () => await Processes.Count(mark) == 1);
        await guest.Configure();
        Assert.Equal(0, await Processes.Count(mark));
    }

    [Fact]
    public async Task A_log_is_followed_over_its_rotation_and_a_restart_without_a_gap()
    {
        // Two files of 5 MB: 9 MB are rotated once.
        var service = new ServiceSpec("loud", RunningGuest.FreePort(), "while ! test -e shout; do sleep 0.1; done; seq 1000000 2000000; exec sleep 1000");
        await guest.Configure(service);
        await Eventually.True(async () => (await Report("loud"))?.State == ServiceState.Running);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var output = new Counting();
        var following = guest.Client.Logs("loud", 1, follow: true, output, limit.Token);
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "shout"), "");
        await Eventually.True(() => Task.FromResult(output.Last == 2_000_000), TimeSpan.FromSeconds(60));
        Assert.Null(output.Gap);
        await guest.Configure(service with { Run = "seq 2000001 2000010; exec sleep 1000" });
        await Eventually.True(() => Task.FromResult(output.Last == 2_000_010));
        Assert.Null(output.Gap);
        Assert.Equal("2000009\n2000010\n", await Log("loud", 2));
        var files = Directory.EnumerateFiles(Path.Combine(guest.Root, "state", "logs"), "loud.log*").Select(file => new FileInfo(file).Length).ToList();
        Assert.Equal(2, files.Count);
        Assert.All(files, length => Assert.True(length <= 5 << 20));
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    private async Task<string?> ProcessOf(int port) => (await guest.Client.Status(CancellationToken.None)).Ports.FirstOrDefault(listening => listening.Port == port)?.Process;

    private async Task<ServiceReport?> Report(string name) =>
        (await guest.Client.Status(CancellationToken.None)).Services.FirstOrDefault(service => service.Name == name);

    private async Task<string> Log(string name, int tail = 200)
    {
        var output = new MemoryStream();
        await guest.Client.Logs(name, tail, follow: false, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Checks that lines count up by one.</summary>
    private sealed class Counting : MemoryStream
    {
        private string _line = "";

        public int Last { get; private set; }

        public string? Gap { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var lines = (_line + Encoding.ASCII.GetString(buffer.Span)).Split('\n');
            _line = lines[^1];
            foreach (var line in lines[..^1])
            {
                var number = int.Parse(line);
                if (Last != 0 && number != Last + 1)
                    Gap ??= $"{number} after {Last}";
                Last = number;
            }
            return ValueTask.CompletedTask;
        }
    }
}
