using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>Callers that are no podd, from the pod's own side.</summary>
public sealed class GuestCallerTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_caller_with_a_wrong_key_is_refused()
    {
        var stranger = new GuestClient("127.0.0.1", guest.Port, "wrong");
        var error = await Assert.ThrowsAsync<FaultException>(() => stranger.Status(CancellationToken.None));
        // Not "unauthorized": web would take that for a word about its own key.
        Assert.Equal(FaultKind.GuestBroken, error.Fault.Kind);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: pod\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("{\"act\":\"status\",\"key\":\"00112233445566778899aabbccddeeff\"}\n")]
    [InlineData("{\"key\":\"00112233445566778899aabbccddeef0\",\"act\":\"status\"}\n")]
    public async Task A_first_line_that_does_not_begin_with_the_key_is_not_read_on(string line)
    {
        using var caller = await Call(Encoding.ASCII.GetBytes(line));
        Assert.Equal(FaultKind.Unauthorized, (await Answer(caller)).Fault?.Kind);
        await Alive();
    }

    [Theory]
    [InlineData("\"act\":\"dance\"}\n")]
    [InlineData("\"act\":\"exec\"}\n")]
    [InlineData("\"act\":\"exec\",\"exec\":{\"command\":[]}}\n")]
    [InlineData("\"act\":\"relay\",\"port\":-1}\n")]
    [InlineData("\"act\":\"read-file\",\"path\":\"relative\"}\n")]
    [InlineData("\"act\":17}\n")]
    [InlineData("[[[[[[[[\n")]
    public async Task A_call_that_makes_no_sense_is_a_fault(string rest)
    {
        using var caller = await Call(Encoding.ASCII.GetBytes($"{{\"key\":\"{RunningGuest.Key}\",{rest}"));
        Assert.Equal(FaultKind.Invalid, (await Answer(caller)).Fault?.Kind);
        await Alive();
    }

    [Fact]
    public async Task An_endless_line_is_cut_with_and_without_the_key()
    {
        foreach (var begin in (string[])["x", $"{{\"key\":\"{RunningGuest.Key}\",\"path\":\""])
        {
            using var caller = await Call(Encoding.ASCII.GetBytes(begin));
            var chunk = new byte[64 << 10];
            Array.Fill(chunk, (byte)'x');
            await Assert.ThrowsAnyAsync<SocketException>(async () =>
            {
                for (var sent = 0; sent < 64 << 20; sent += chunk.Length)
                    await caller.SendAsync(chunk);
            }).WaitAsync(Limit);
        }
        await Alive();
    }

    [Fact]
    public async Task A_giant_frame_ends_its_call()
    {
        var path = Path.Combine(guest.Workspace, "giant");
        using var caller = await Call(GuestCallOf(new GuestCall { Key = RunningGuest.Key, Act = GuestAct.WriteFile, Path = path }));
        Assert.Null((await Answer(caller)).Fault);
        var head = new byte[5];
        head[0] = (byte)GuestFrame.Stdin;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), int.MaxValue);
        await caller.SendAsync(head);
        Assert.Contains("cannot write", await Rest(caller), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        await Alive();
    }

    [Fact]
    public async Task A_caller_that_hangs_up_in_the_middle_leaves_nothing_running()
    {
        for (var cut = 1; cut < 60; cut += 7)
        {
            using var caller = await Call(GuestCallOf(new GuestCall { Key = RunningGuest.Key, Act = GuestAct.Status })[..cut]);
            caller.Close();
        }
        await Alive();
    }

    [Fact]
    public async Task A_thousand_strangers_do_not_keep_podd_out()
    {
        var strangers = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
                strangers.Add(await Call("{"u8.ToArray()));
            await Alive();
        }
        finally
        {
            strangers.ForEach(stranger => stranger.Dispose());
        }
        await Alive();
    }

    [Fact]
    public async Task Hundreds_of_calls_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(number => guest.Exec("echo", $"{number}"))).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(Enumerable.Range(0, 300).Select(number => $"{number}\n"), answers.Select(answer => answer.Stdout));
    }

    [Fact]
    public async Task What_a_command_printed_comes_whole_however_late_its_caller_reads()
    {
        // Of one of these sizes the last is in the pipe when the command has ended, and everything before it is full.
        var sizes = Enumerable.Range(60, 200).Select(number => number * 40_000).ToList();
        var read = await Task.WhenAll(sizes.Select(LatelyRead)).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(sizes, read);
    }

    private async Task<int> LatelyRead(int bytes)
    {
        using var socket = await Call(GuestCallOf(new GuestCall { Key = RunningGuest.Key, Act = GuestAct.Exec, Exec = new ExecSpec { Command = ["head", "-c", $"{bytes}", "/dev/zero"] } }));
        await Task.Delay(TimeSpan.FromSeconds(5)); // what is measured is that it is not lost meanwhile
        await Answer(socket);
        await using var stream = new NetworkStream(socket);
        var (head, printed) = (new byte[5], 0);
        while (true)
        {
            await stream.ReadExactlyAsync(head);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            await stream.ReadExactlyAsync(payload);
            if ((GuestFrame)head[0] == GuestFrame.Exit)
                return printed;
            printed += (GuestFrame)head[0] == GuestFrame.Stdout ? payload.Length : 0;
        }
    }

    private async Task Alive() => Assert.NotEmpty((await guest.Client.Status(CancellationToken.None)).Version);

    private static byte[] GuestCallOf(GuestCall call) => [.. JsonSerializer.SerializeToUtf8Bytes(call, ContractsJson.Default.GuestCall), (byte)'\n'];

    private async Task<Socket> Call(byte[] first)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, guest.Port));
        await socket.SendAsync(first);
        return socket;
    }

    private static async Task<GuestAnswer> Answer(Socket caller)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await caller.ReceiveAsync(one).WaitAsync(Limit) > 0 && one[0] != '\n')
            line.Add(one[0]);
        return JsonSerializer.Deserialize(line.ToArray(), ContractsJson.Default.GuestAnswer)!;
    }

    private static async Task<string> Rest(Socket caller)
    {
        var bytes = new MemoryStream();
        await using var stream = new NetworkStream(caller);
        await stream.CopyToAsync(bytes).WaitAsync(Limit);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
