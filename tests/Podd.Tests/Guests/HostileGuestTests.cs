using System.Net;
using System.Net.Sockets;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class HostileGuestTests
{
    [Fact]
    public async Task An_endless_line_is_given_up()
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            var chunk = new byte[1 << 16];
            Array.Fill(chunk, (byte)'x');
            while (true)
                await stream.WriteAsync(chunk);
        });
        await Broken(() => hostile.Client.Status(CancellationToken.None));
    }

    [Fact]
    public async Task Wrong_json_is_given_up()
    {
        await using var hostile = new HostileGuest(stream => stream.WriteAsync("{\"status\":17}\n"u8.ToArray()).AsTask());
        await Broken(() => hostile.Client.Status(CancellationToken.None));
    }

    [Fact]
    public async Task A_huge_frame_is_given_up()
    {
        await using var hostile = new HostileGuest(stream => stream.WriteAsync((byte[])[.. "{}\n"u8, 1, 0x7f, 0xff, 0xff, 0xff]).AsTask());
        await Broken(() => hostile.Client.Exec(new ExecSpec { Command = ["true"] }, CancellationToken.None));
    }

    [Fact]
    public async Task A_frame_that_does_not_belong_is_given_up()
    {
        await using var hostile = new HostileGuest(stream => stream.WriteAsync((byte[])[.. "{}\n"u8, 5, 0, 0, 0, 3, .. "{x}"u8]).AsTask());
        await Broken(() => hostile.Client.Exec(new ExecSpec { Command = ["true"] }, CancellationToken.None));
    }

    [Fact]
    public async Task A_guest_that_says_nothing_times_out()
    {
        await using var hostile = new HostileGuest(_ => Task.Delay(Timeout.Infinite));
        await Fails(FaultKind.Timeout, () => hostile.Client.Status(CancellationToken.None));
    }

    public static TheoryData<string> QuietActs => ["exec", "setup", "watch", "logs", "read", "write", "archive", "diff"];

    [Theory]
    [MemberData(nameof(QuietActs))]
    public async Task A_guest_that_goes_quiet_in_the_middle_of_an_act_times_out(string act)
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            await Task.Delay(Timeout.Infinite);
        });
        await Fails(FaultKind.Timeout, () => Do(act, hostile.Client));
    }

    [Theory]
    [MemberData(nameof(QuietActs))]
    public async Task A_guest_that_hangs_up_in_the_middle_of_an_act_is_no_end_of_it(string act)
    {
        await using var hostile = new HostileGuest(stream => stream.WriteAsync((byte[])[.. "{}\n"u8, 1, 0, 0, 0, 9, 1]).AsTask(), hangUp: true);
        var error = await Assert.ThrowsAsync<FaultException>(() => Do(act, hostile.Client)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains(error.Fault.Kind, (FaultKind[])[FaultKind.GuestBroken, FaultKind.PodDown]);
    }

    [Theory]
    [MemberData(nameof(QuietActs))]
    public async Task Frames_that_mean_nothing_are_given_up(string act)
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            while (true)
                await stream.WriteAsync((byte[])[(byte)GuestFrame.Resize, 0, 0, 0, 2, (byte)'{', (byte)'x']);
        });
        await Fails(FaultKind.GuestBroken, () => Do(act, hostile.Client));
    }

    [Fact]
    public async Task A_guest_that_only_beats_is_waited_for()
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            for (var i = 0; i < 10; i++)
            {
                await Task.Delay(300);
                await stream.WriteAsync((byte[])[10, 0, 0, 0, 0]);
            }
            await stream.WriteAsync((byte[])[5, 0, 0, 0, 10, .. "{\"code\":7}"u8]);
        });
        var result = await hostile.Client.Exec(new ExecSpec { Command = ["true"] }, CancellationToken.None);
        Assert.Equal(7, result.ExitCode);
    }

    [Fact]
    public async Task A_frozen_guest_may_be_silent()
    {
        var frozen = true;
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            await Task.Delay(2500);
            await stream.WriteAsync((byte[])[5, 0, 0, 0, 10, .. "{\"code\":7}"u8]);
            frozen = false;
        });
        var client = new GuestClient("127.0.0.1", hostile.Port, "key") { Silence = TimeSpan.FromSeconds(1), IsFrozen = () => frozen };
        Assert.Equal(7, (await client.Exec(new ExecSpec { Command = ["true"] }, CancellationToken.None)).ExitCode);
    }

    [Fact]
    public async Task Endless_output_is_dropped_beyond_the_limit_and_ends_with_the_commands_time()
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            var frame = new byte[5 + (64 << 10)];
            (frame[0], frame[2]) = (1, 1);
            while (true)
                await stream.WriteAsync(frame);
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hostile.Client.Exec(new ExecSpec { Command = ["true"] }, limit.Token));
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 50 << 20);
    }

    [Fact]
    public async Task Beats_without_end_are_given_up()
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            var beats = new byte[5 * 1000];
            for (var i = 0; i < beats.Length; i += 5)
                beats[i] = (byte)GuestFrame.Beat;
            while (true)
                await stream.WriteAsync(beats);
        });
        await Broken(() => Do("watch", hostile.Client));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"status\":null}")]
    [InlineData("{\"status\":{\"version\":null}}")]
    [InlineData("{\"status\":{\"version\":\"1\",\"ports\":null}}")]
    [InlineData("{\"status\":{\"version\":\"1\",\"services\":null}}")]
    [InlineData("{\"status\":{\"version\":\"1\",\"services\":[{\"name\":\"a\",\"port\":1,\"state\":17,\"listening\":true}]}}")]
    public async Task A_status_with_nothing_where_something_must_be_is_given_up(string answer)
    {
        await using var hostile = Answering(answer);
        await Broken(() => hostile.Client.Status(CancellationToken.None));
    }

    [Fact]
    public async Task A_status_that_lies_is_cut_to_what_can_be()
    {
        var ports = string.Join(',', Enumerable.Range(-5, 5000).Select(port => $$"""{"port":{{port}},"loopbackOnly":false,"process":"{{new string('x', 100)}}\n\u0000"}""").Append("null").Append("""{"port":70000,"loopbackOnly":false}""").Append("""{"port":80,"loopbackOnly":true}"""));
        var services = string.Join(',', Enumerable.Repeat("""{"name":"web","port":80,"state":"running","listening":true,"restarts":-7,"exitCode":4711}""", 100).Append("null").Append("""{"name":null,"port":80,"state":"running","listening":true}"""));
        await using var hostile = Answering($$"""{"status":{"version":"{{new string('v', 500)}}","execs":-3,"setupRun":"a\nb","ports":[{{ports}}],"services":[{{services}}]} }""");
        var status = await hostile.Client.Status(CancellationToken.None);
        Assert.Equal(256, status.Ports.Count);
        Assert.All(status.Ports, port => Assert.True(port is { Port: >= 1 and <= 65535 and not GuestProtocol.Port, Process.Length: 64 }));
        Assert.Equal(status.Ports.Count, status.Ports.Select(port => port.Port).Distinct().Count());
        Assert.Equal(32, status.Services.Count);
        Assert.All(status.Services, service => Assert.Equal((0, null), (service.Restarts, service.ExitCode)));
        Assert.Equal((64, 0, "a b"), (status.Version.Length, status.Execs, status.SetupRun));
    }

    [Theory]
    [InlineData("unauthorized")]
    [InlineData("pod-asleep")]
    [InlineData("host-full")]
    [InlineData("runtime-unfit")]
    public async Task A_fault_that_is_not_the_guests_to_state_is_not_passed_on(string kind)
    {
        await using var hostile = Answering($$"""{"fault":{"kind":"{{kind}}","message":"cannot"} }""");
        await Broken(() => hostile.Client.Status(CancellationToken.None));
    }

    [Fact]
    public async Task A_fault_is_one_line_of_a_bounded_length()
    {
        await using var hostile = Answering($$"""{"fault":{"kind":"invalid","message":"a\nb\u001b[2J{{new string('x', 500_000)}}","detail":"{{new string('y', 100_000)}}"} }""");
        var error = await Assert.ThrowsAsync<FaultException>(() => hostile.Client.Status(CancellationToken.None));
        Assert.Equal((1000, 16 << 10), (error.Fault.Message.Length, error.Fault.Detail!.Length));
        Assert.StartsWith("a b [2J", error.Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read", "{\"listing\":{\"path\":\"/\",\"items\":null}}")]
    [InlineData("read", "{\"listing\":{\"path\":\"/\",\"items\":[null]}}")]
    [InlineData("read", "{\"file\":{\"name\":\"a\",\"kind\":\"file\",\"size\":-1,\"mode\":0,\"modifiedAt\":\"2026-01-01T00:00:00Z\"}}")]
    [InlineData("git", "{\"git\":{\"branch\":null,\"commit\":null,\"changes\":[null]}}")]
    [InlineData("terminals", "{\"terminals\":[null]}")]
    public async Task An_answer_that_cannot_be_is_given_up(string act, string answer)
    {
        await using var hostile = Answering(answer);
        await Broken(() => act switch
        {
            "git" => hostile.Client.Git(CancellationToken.None),
            "terminals" => hostile.Client.Terminals(null, CancellationToken.None),
            _ => Do(act, hostile.Client),
        });
    }

    [Theory]
    [InlineData("{\"seq\":1,\"kind\":\"begin\",\"step\":\"another\",\"at\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"seq\":1,\"kind\":\"begin\",\"step\":\"install\",\"at\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"seq\":0,\"kind\":\"output\",\"at\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"seq\":+,\"kind\":\"begin\",\"step\":\"install\",\"at\":\"2026-01-01T00:00:00Z\"}")]
    public async Task A_setup_of_other_steps_out_of_order_or_without_end_is_given_up(string line)
    {
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            for (var seq = 1; ; seq++)
                await stream.WriteAsync(FrameOf(GuestFrame.Event, line.Replace("+", $"{seq}", StringComparison.Ordinal)));
        });
        await Broken(async () =>
        {
            await foreach (var _ in hostile.Client.Setup(new GuestSetup("one", null, [new SetupStep("install", "true")]), 1, CancellationToken.None))
            {
                // Only its end matters.
            }
        });
    }

    [Fact]
    public async Task A_guest_that_changes_all_the_time_is_heard_twenty_times_a_second()
    {
        var told = 0;
        await using var hostile = new HostileGuest(async stream =>
        {
            await stream.WriteAsync("{}\n"u8.ToArray());
            var frame = FrameOf(GuestFrame.Event, """{"version":"1"}""");
            for (; ; told++)
                await stream.WriteAsync(frame);
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var heard = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in hostile.Client.Watch(limit.Token))
                heard++;
        });
        Assert.True(heard <= 41 && told > heard, $"heard {heard} of {told}");
    }

    private static HostileGuest Answering(string line) => new(stream => stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n")).AsTask());

    private static byte[] FrameOf(GuestFrame kind, string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        var head = new byte[5];
        head[0] = (byte)kind;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), bytes.Length);
        return [.. head, .. bytes];
    }

    private static async Task Do(string act, GuestClient guest)
    {
        switch (act)
        {
            case "exec":
                await guest.Exec(new ExecSpec { Command = ["true"] }, CancellationToken.None);
                break;
            case "setup":
                await foreach (var _ in guest.Setup(new GuestSetup("one", null, []), 1, CancellationToken.None))
                {
                    // Only its end matters.
                }
                break;
            case "watch":
                await foreach (var _ in guest.Watch(CancellationToken.None))
                {
                    // Only its end matters.
                }
                break;
            case "logs":
                await guest.Logs("web", 10, follow: true, Stream.Null, CancellationToken.None);
                break;
            case "read":
                await using (var file = await guest.ReadFile("/file", CancellationToken.None))
                    await file.CopyTo(Stream.Null, CancellationToken.None);
                break;
            case "write":
                await guest.WriteFile("/file", new MemoryStream(new byte[100]), CancellationToken.None);
                break;
            case "archive":
                await using (var file = await guest.Archive("/folder", CancellationToken.None))
                    await file.CopyTo(Stream.Null, CancellationToken.None);
                break;
            default:
                await guest.GitDiff(CancellationToken.None);
                break;
        }
    }

    private static async Task Fails(FaultKind kind, Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<FaultException>(act).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(kind, error.Fault.Kind);
    }

    private static async Task Broken(Func<Task> act)
    {
        var error = await Assert.ThrowsAsync<FaultException>(act).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(FaultKind.GuestBroken, error.Fault.Kind);
    }

    private sealed class HostileGuest : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _clients = [];

        public HostileGuest(Func<Stream, Task> answer, bool hangUp = false)
        {
            _listener.Start();
            _ = Serve(answer, hangUp);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public GuestClient Client => new("127.0.0.1", Port, "key") { Silence = TimeSpan.FromSeconds(1) };

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            _clients.ForEach(client => client.Dispose());
            return ValueTask.CompletedTask;
        }

        private async Task Serve(Func<Stream, Task> answer, bool hangUp)
        {
            var client = await _listener.AcceptTcpClientAsync();
            _clients.Add(client);
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[1]);
            try
            {
                await answer(stream);
                if (hangUp)
                    client.Close();
            }
            catch (IOException)
            {
                // podd has hung up, as it should.
            }
        }
    }
}
