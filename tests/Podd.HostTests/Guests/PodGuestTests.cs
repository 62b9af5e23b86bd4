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

        // An account is what the files say now, not what they said a moment ago.
        Assert.Equal(0, (await podd.Exec(_id, "sudo", "sh", "-c", "echo late:x:1234:1234::/tmp:/bin/sh >>/etc/passwd")).ExitCode);
        Assert.Equal("1234\n", (await podd.Exec(_id, "sudo", "-u", "late", "id", "-u")).Stdout);
        Assert.Equal(0, (await podd.Exec(_id, "sudo", "sed", "-i", "s/late:x:1234/late:x:1235/", "/etc/passwd")).ExitCode);
        Assert.Equal("1235\n", (await podd.Exec(_id, "sudo", "-u", "late", "id", "-u")).Stdout);

        await using (var terminal = await PodTerminal.Open(podd, _id))
        {
            await terminal.Type("stty size; tty; sudo id -un\n");
            var text = await terminal.Until(text => text.Contains("\nroot\r", StringComparison.Ordinal));
            Assert.Contains("30 100", text, StringComparison.Ordinal);
            Assert.Contains("/dev/pts/", text, StringComparison.Ordinal);
            await terminal.Type("sleep 1000; echo came-$((40 + 2))\n");
            await terminal.Until(text => text.Contains("sleep 1000", StringComparison.Ordinal));
            await PoddProcess.Eventually(async () => (await podd.Exec(_id, "pgrep", "-x", "sleep")).ExitCode == 0, "the terminal's command does not run");
            await terminal.Type("\u0003");
            await PoddProcess.Eventually(async () => (await podd.Exec(_id, "pgrep", "-x", "sleep")).ExitCode == 1, "Ctrl-C does not interrupt");
            await terminal.Type("echo alive-$((40 + 2))\n");
            await terminal.Until(text => text.Contains("alive-42", StringComparison.Ordinal));
        }
        await using (var again = await PodTerminal.Open(podd, _id))
            await again.Until(text => text.Contains("alive-42", StringComparison.Ordinal));

        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }
}
