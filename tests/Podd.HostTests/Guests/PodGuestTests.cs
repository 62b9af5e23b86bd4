using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;
using Xunit;

namespace Pinacle.Podd.HostTests.Guests;

/// <summary>What of the guest only a real sandbox shows: its terminals, and who is root in it.</summary>
public sealed class PodGuestTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    [SkippableFact]
    public async Task The_pods_user_has_a_terminal_and_becomes_root_by_sudo()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var made = await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "demo"));
        Assert.Null(made[^1].Fault);

        Assert.Equal(new ExecResult(0, "dev\n", ""), await podd.Exec(_id, "id", "-un"));
        Assert.Equal(new ExecResult(0, "root\n/workspace\n", ""), await podd.Exec(_id, "sudo", "-n", "sh", "-c", "id -un; pwd"));
        Assert.Equal(new ExecResult(0, "through\n", ""), await podd.Exec(_id, "sh", "-c", "echo through | sudo tee /etc/written-by-root && test $(stat -c %U /etc/written-by-root) = root"));
        Assert.Equal("dev\n", (await podd.Exec(_id, "sudo", "-u", "dev", "id", "-un")).Stdout);

        await using (var terminal = await Open())
        {
            await Type(terminal, "stty size; tty; sudo id -un\n");
            var text = await Until(terminal, text => text.Contains("\nroot\r", StringComparison.Ordinal));
            Assert.Contains("30 100", text, StringComparison.Ordinal);
            Assert.Contains("/dev/pts/", text, StringComparison.Ordinal);
            await Type(terminal, "sleep 1000; echo came-$((40 + 2))\n");
            await Until(terminal, text => text.Contains("sleep 1000", StringComparison.Ordinal));
            await PoddProcess.Eventually(async () => (await podd.Exec(_id, "pgrep", "-x", "sleep")).ExitCode == 0, "the terminal's command does not run");
            await Type(terminal, "\u0003");
            await PoddProcess.Eventually(async () => (await podd.Exec(_id, "pgrep", "-x", "sleep")).ExitCode == 1, "Ctrl-C does not interrupt");
            await Type(terminal, "echo alive-$((40 + 2))\n");
            await Until(terminal, text => text.Contains("alive-42", StringComparison.Ordinal));
        }
        await using (var again = await Open())
            await Until(again, text => text.Contains("alive-42", StringComparison.Ordinal));

        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    private async Task<Stream> Open()
    {
        var stream = new NetworkStream(await podd.Connect(CancellationToken.None), ownsSocket: true);
        var key = await File.ReadAllTextAsync(System.IO.Path.Combine(podd.Root, "api-key"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {Path}/terminals/main?columns=100&rows=30 HTTP/1.1\r\nHost: podd\r\nX-Api-Key: {key}\r\nConnection: Upgrade\r\nUpgrade: {PoddRoutes.TerminalUpgrade}\r\n\r\n"));
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }
        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        return stream;
    }

    private static async Task Type(Stream terminal, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var head = new byte[5];
        head[0] = (byte)GuestFrame.Stdin;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), bytes.Length);
        await terminal.WriteAsync((byte[])[.. head, .. bytes]);
    }

    private static async Task<string> Until(Stream terminal, Func<string, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (text, head) = (new StringBuilder(), new byte[5]);
        try
        {
            while (!holds(text.ToString()))
            {
                await terminal.ReadExactlyAsync(head, limit.Token);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
                await terminal.ReadExactlyAsync(payload, limit.Token);
                if (head[0] == (byte)GuestFrame.Stdout)
                    text.Append(Encoding.UTF8.GetString(payload));
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the terminal shows only: {text}");
        }
        return text.ToString();
    }
}
