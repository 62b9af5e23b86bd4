using System.Globalization;
using System.Net;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Guests;

/// <summary>What a pod can put in the way of its guest and of podd, in a real sandbox. After each the next honest request works.</summary>
public sealed class HostilePodTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private static readonly ServiceSpec Loud = new("loud", 8001, "exec yes \"$(head -c 1000 /dev/zero | tr '\\0' x)\"", ".");
    private static readonly ServiceSpec Web = new("web", 8000, "exec python3 -m http.server 8000 --bind 127.0.0.1", ".");
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Pod => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is null)
            Assert.Null((await podd.Act(HttpMethod.Put, Pod, PoddProcess.Spec(_id, "hostile") with { Services = [Web] }))[^1].Fault);
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        Assert.True((await podd.Act(HttpMethod.Delete, Pod))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_port_names_its_process()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await PoddProcess.Eventually(async () =>
        {
            // So that it does not stand still: podd is told to freeze after 3 s.
            await Alive();
            return (await Report()).Ports is [{ Port: 8000, LoopbackOnly: true, Process: "python3" }];
        }, "no port with its process");
    }

    [SkippableFact]
    public async Task What_is_no_file_is_refused_at_once_and_names_of_all_sorts_are_listed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Run("""
            mkdir odd; cd odd
            mkfifo fifo; sudo mknod device c 1 5 || true; ln -s /dev/zero zero; ln -s ../../../../../../etc/hostname up; ln -s round round
            python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
            touch "$(printf 'bad\377name')" "$(printf 'new\nline')" "$(printf '\033[2J')" '<script>' '..%2f..'
            """);
        foreach (var name in (string[])["fifo", "zero", "socket"])
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Get($"workspace/odd/{name}")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Get("workspace/odd/round")).Status);
        Assert.Equal((HttpStatusCode.OK, "hostile\n"), await Get("workspace/odd/up"));
        Assert.NotEqual(HttpStatusCode.OK, (await Get("workspace/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fshadow%00")).Status);
        var names = JsonSerializer.Deserialize((await Get("workspace/odd")).Text, ContractsJson.Default.FileListing)!.Items.Select(entry => entry.Name).ToList();
        Assert.Contains("new\nline", names);
        Assert.Contains("<script>", names);
        Assert.Contains("bad\ufffdname", names);
        await Alive();
    }

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task A_folder_of_very_many_files_is_listed_in_part()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var count = Proof.Rounds(50_000, 1_000_000);
        // On the disk while it is stopped: making them inside would take minutes.
        Assert.Null((await podd.Act(HttpMethod.Post, Pod + "/stop"))[^1].Fault);
        var folder = Directory.CreateDirectory(Path.Combine(podd.Pool, "pods", _id, "workspace/many")).FullName;
        await PoddProcess.Output("python3", "-c", string.Create(CultureInfo.InvariantCulture, $"import os\nos.chdir('{folder}')\nfor i in range({count}): os.close(os.open(str(i), os.O_CREAT))"));
        await Listed();
        Assert.Null((await podd.Act(HttpMethod.Post, Pod + "/start"))[^1].Fault);
        await Listed();
        await Alive();

        async Task Listed()
        {
            var listing = JsonSerializer.Deserialize((await Get("workspace/many")).Text, ContractsJson.Default.FileListing)!;
            Assert.True(listing is { Truncated: true, Items.Count: > 5_000 and <= 10_000 });
        }
    }

    [SkippableFact]
    public async Task A_million_lines_of_output_are_cut_and_the_command_still_ends_well()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var result = await podd.Exec(_id, "seq", "1", "1000000");
        Assert.Equal((0, true, 1 << 20), (result.ExitCode, result.Truncated, result.Stdout.Length));
        await Alive();
    }

    [SkippableFact]
    public async Task A_service_that_floods_its_log_keeps_two_files_of_a_bounded_size()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, Pod, PoddProcess.Spec(_id, "hostile") with { Services = [Loud] }))[^1].Fault);
        await PoddProcess.Eventually(async () => (await podd.Exec(_id, "sudo", "test", "-e", "/var/lib/pinacle/logs/loud.log.1")).ExitCode == 0, "the log is not rotated");
        // Over and over, while it goes on.
        for (var look = 0; look < 5; look++)
        {
            var sizes = (await Run("sudo find /var/lib/pinacle/logs -name 'loud.log*' -printf '%s\\n'")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture)).ToList();
            Assert.InRange(sizes.Count, 1, 2);
            Assert.All(sizes, size => Assert.InRange(size, 0, 5 << 20));
        }
        Assert.StartsWith("xxx", await podd.Http.GetStringAsync(new Uri($"{Pod}/logs/loud?tail=3", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Null((await podd.Act(HttpMethod.Put, Pod, PoddProcess.Spec(_id, "hostile")))[^1].Fault);
        await Alive();
    }

    [SkippableFact]
    public async Task Thousands_of_slow_callers_of_the_guests_port_keep_podd_out_of_nothing()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Run("""
            cat > slow.py <<'END'
            import resource, select, socket, time
            resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
            poll, open_ = select.poll(), {}
            while True:
                while len(open_) < 2000:
                    s = socket.socket(); s.connect(("127.0.0.1", 7410)); s.setblocking(False); open_[s.fileno()] = s
                open("slow", "a").write("x")
                for number, s in list(open_.items()):
                    try: s.send(b'{')
                    except OSError: open_.pop(number).close()
                time.sleep(0.2)
            END
            setsid python3 slow.py > slow.log 2>&1 & echo $! > slow.pid
            while ! test -s slow; do sleep 0.1; done
            """);
        for (var request = 0; request < 10; request++)
            await Alive();
        Assert.Equal(HttpStatusCode.OK, (await Get("workspace/slow")).Status);
        Assert.Equal("", await Run("kill $(cat slow.pid); cat slow.log"));
        await Alive();
    }

    private async Task Alive() => Assert.Equal(new ExecResult(0, "alive\n", ""), await podd.Exec(_id, "echo", "alive"));

    private async Task<string> Run(string script)
    {
        var result = await podd.Exec(_id, "bash", "-ec", script);
        Assert.True(result.ExitCode == 0, $"{script}: {result.ExitCode} {result.Stdout} {result.Stderr}");
        return result.Stdout;
    }

    private Task<PodReport> Report() => podd.Get(Pod, ContractsJson.Default.PodReport);

    private async Task<(HttpStatusCode Status, string Text)> Get(string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var answer = await podd.Http.GetAsync(new Uri($"{Pod}/files/{path}", UriKind.Relative), limit.Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(limit.Token));
    }
}
