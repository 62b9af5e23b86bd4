using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestTerminalTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly string _name = $"t-{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task A_shell_has_a_terminal_of_its_own_with_job_control_and_the_size_that_was_asked_for()
    {
        await using var client = await Attach("sh", "-c", "test -t 0 && tty && stty size && ps -o tpgid= -p $$ | tr -d ' ' && echo $$ && cat");
        var lines = (await client.Until(text => text.Split('\n').Length > 4)).Split("\r\n");
        Assert.StartsWith("/dev/pts/", lines[0], StringComparison.Ordinal);
        Assert.Equal("24 80", lines[1]);
        Assert.Equal(lines[3], lines[2]);
    }

    [Fact]
    public async Task What_is_typed_arrives_and_control_c_interrupts()
    {
        await using var client = await Attach("sh", "-c", "trap 'echo interrupted; exit 5' INT; echo ready; while true; do read line && echo got $line; done");
        await client.Until(text => text.Contains("ready", StringComparison.Ordinal));
        await client.Send(GuestFrame.Stdin, "hello\n"u8.ToArray());
        await client.Until(text => text.Contains("got hello", StringComparison.Ordinal));
        await client.Send(GuestFrame.Stdin, [3]);
        await client.Until(text => text.Contains("interrupted", StringComparison.Ordinal));
        Assert.Equal(5, await client.Exit());
    }

    [Fact]
    public async Task A_signal_reaches_the_foreground()
    {
        await using var client = await Attach("sh", "-c", "trap 'echo on' USR1; echo ready; while true; do sleep 0.1; done");
        await client.Until(text => text.Contains("ready", StringComparison.Ordinal));
        await client.Send(GuestFrame.Signal, [10]);
        await client.Until(text => text.Contains("on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_terminal_outlives_its_clients_and_tells_the_next_one_what_was()
    {
        await using (var first = await Attach("sh", "-c", "echo before; while ! test -e later; do sleep 0.1; done; echo after; cat"))
            await first.Until(text => text.Contains("before", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "later"), "");
        await Eventually.True(async () => (await Report())!.Clients == 0);
        await using var second = await Attach();
        await second.Until(text => text.Contains("before", StringComparison.Ordinal) && text.Contains("after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clients_of_one_terminal_see_the_same_and_are_told_of_another_ones_size()
    {
        await using var first = await Attach("sh", "-c", "trap 'stty size' WINCH; echo ready; while true; do sleep 0.1; done");
        await first.Until(text => text.Contains("ready", StringComparison.Ordinal));
        await using var second = await Attach();
        await second.Until(text => text.Contains("ready", StringComparison.Ordinal));
        await second.Send(GuestFrame.Resize, "{\"columns\":101,\"rows\":33}"u8.ToArray());
        // What is printed and the size are told one after the other.
        await first.Until(text => text.Contains("33 101", StringComparison.Ordinal) && first.Sizes.Count > 0);
        await second.Until(text => text.Contains("33 101", StringComparison.Ordinal));
        Assert.Contains("{\"columns\":101,\"rows\":33}", first.Sizes);
        Assert.Empty(second.Sizes);
    }

    [Fact]
    public async Task A_program_waits_for_its_only_client_and_nothing_is_lost()
    {
        await using var client = await Attach("sh", "-c", "seq 100000 399999; echo end");
        var text = await client.Until(text => text.EndsWith("end\r\n", StringComparison.Ordinal));
        Assert.Equal(string.Concat(Enumerable.Range(100_000, 300_000).Select(number => $"{number}\r\n")) + "end\r\n", text);
        Assert.Equal(0, await client.Exit());
    }

    [Fact]
    public async Task A_client_without_credit_is_sent_nothing_and_holds_up_neither_the_program_nor_another_client()
    {
        await using var stuck = await Attach("sh", "-c", "while ! test -e flow; do sleep 0.1; done; seq 100000 399999; echo end; cat");
        stuck.Grants = false;
        await using var quick = await Attach();
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "flow"), "");
        await quick.Until(text => text.EndsWith("end\r\n", StringComparison.Ordinal));
        Assert.Equal(GuestProtocol.TerminalCredit, (await stuck.Until(text => text.Length >= GuestProtocol.TerminalCredit)).Length);
        await stuck.Send(GuestFrame.Credit, [0, 16, 0, 0]);
        var rest = await stuck.Until(text => text.EndsWith("end\r\n", StringComparison.Ordinal));
        Assert.Contains("\u001bc", rest, StringComparison.Ordinal); // what was skipped is said to be
    }

    [Fact]
    public async Task An_end_that_nobody_saw_is_kept_until_somebody_does()
    {
        await guest.Client.Terminals(new TerminalSpec { Name = _name, Command = ["sh", "-c", "echo last words; exit 9"] }, CancellationToken.None);
        await Eventually.True(async () => (await Report())?.ExitCode == 9);
        await using (var client = await Attach())
        {
            Assert.Equal(9, await client.Exit());
            Assert.Contains("last words", client.Text, StringComparison.Ordinal);
        }
        Assert.Null(await Report());
    }

    [Fact]
    public async Task A_closed_terminal_takes_along_what_runs_in_it()
    {
        var mark = Processes.Mark();
        await using var client = await Attach("sh", "-c", $"trap '' HUP TERM; setsid sleep {mark} & sleep {mark} & sleep {mark}; sleep {mark}");
        await Eventually.True(async () => await Processes.Count(mark) == 3);
        await guest.Client.CloseTerminal(_name, CancellationToken.None);
        Assert.Equal(0, await Processes.Count(mark));
        Assert.Equal(137, await client.Exit());
    }

    [Theory]
    [InlineData("Upper", 80, FaultKind.Invalid)]
    [InlineData("../etc", 80, FaultKind.Invalid)]
    [InlineData("wide", 0, FaultKind.Invalid)]
    [InlineData("wide", 5000, FaultKind.Invalid)]
    public async Task A_terminal_that_cannot_be_is_refused(string name, int columns, FaultKind kind)
    {
        var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.Terminals(new TerminalSpec { Name = name, Columns = columns }, CancellationToken.None));
        Assert.Equal(kind, error.Fault.Kind);
    }

    private async Task<TerminalReport?> Report() => (await guest.Client.Terminals(null, CancellationToken.None)).FirstOrDefault(terminal => terminal.Name == _name);

    private async Task<Client> Attach(params string[] command) =>
        new(await guest.Client.Terminal(new TerminalSpec { Name = _name, Command = command.Length > 0 ? command : null }, CancellationToken.None));

    /// <summary>As web's terminal: reads frames and gives credit for what it has read.</summary>
    private sealed class Client(Stream stream) : IAsyncDisposable
    {
        private readonly StringBuilder _text = new();
        private int? _exit;

        public bool Grants { get; set; } = true;

        public List<string> Sizes { get; } = [];

        public string Text => _text.ToString();

        public async Task<string> Until(Func<string, bool> holds)
        {
            using var limit = new CancellationTokenSource(Limit);
            while (!holds(Text))
            {
                if (!await Read(limit.Token))
                    Assert.Fail($"it ended with: {Text}");
            }
            return Text;
        }

        public async Task<int> Exit()
        {
            using var limit = new CancellationTokenSource(Limit);
            while (_exit is null && await Read(limit.Token))
            {
                // To its end.
            }
            return _exit ?? -1;
        }

        public async Task Send(GuestFrame kind, byte[] payload)
        {
            var head = new byte[5];
            head[0] = (byte)kind;
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), payload.Length);
            await stream.WriteAsync((byte[])[.. head, .. payload]);
        }

        public ValueTask DisposeAsync() => stream.DisposeAsync();

        private async Task<bool> Read(CancellationToken cancellationToken)
        {
            var head = new byte[5];
            if (await stream.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) < 5)
                return false;
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            await stream.ReadExactlyAsync(payload, cancellationToken);
            switch ((GuestFrame)head[0])
            {
                case GuestFrame.Stdout:
                    _text.Append(Encoding.UTF8.GetString(payload));
                    if (Grants)
                        await Send(GuestFrame.Credit, head[1..]);
                    break;
                case GuestFrame.Resize:
                    Sizes.Add(Encoding.UTF8.GetString(payload));
                    break;
                case GuestFrame.Exit:
                    _exit = JsonSerializer.Deserialize(payload, ContractsJson.Default.GuestExit)!.Code;
                    break;
                default:
                    Assert.Equal(GuestFrame.Beat, (GuestFrame)head[0]);
                    break;
            }
            return true;
        }
    }
}
