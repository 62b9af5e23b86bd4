using System.Globalization;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestExecTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Fact]
    public async Task A_command_gives_its_output_errors_and_exit_code()
    {
        var result = await guest.Exec("sh", "-c", "echo out; echo err >&2; exit 3");
        Assert.Equal(new ExecResult(3, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task A_command_starts_in_the_workspace_with_only_the_environment_it_was_given()
    {
        await guest.Configure();
        var result = await guest.Client.Exec(new ExecSpec { Command = ["sh", "-c", "pwd; echo $POD_WORD $MORE"], Env = new Dictionary<string, string> { ["MORE"] = "more" } }, CancellationToken.None);
        Assert.Equal($"{guest.Workspace}\npinacle more\n", result.Stdout);
        Assert.DoesNotContain("DOTNET", (await guest.Exec("env")).Stdout, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_command_runs_as_the_user_that_was_asked_for()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "another user can be had by root only");
        var result = await guest.Client.Exec(new ExecSpec { Command = ["sh", "-c", "id -un; id -u; grep CapEff /proc/self/status"], User = "nobody", Directory = "/" }, CancellationToken.None);
        Assert.Equal(["nobody", "65534", "CapEff:\t0000000000000000"], result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("0\n", (await guest.Exec("id", "-u")).Stdout);
    }

    [Fact]
    public async Task A_command_gets_its_input()
    {
        var text = new string('x', 300_000);
        var result = await guest.Client.Exec(new ExecSpec { Command = ["wc", "-c"], Stdin = text }, CancellationToken.None);
        Assert.Equal("300000", result.Stdout.Trim());
    }

    [Fact]
    public async Task Output_over_the_limit_is_dropped_and_said_to_be()
    {
        var result = await guest.Exec("head", "-c", "5000000", "/dev/zero");
        Assert.True(result.Truncated);
        Assert.Equal(1 << 20, result.Stdout.Length);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task A_command_that_left_something_behind_which_prints_for_ever_has_an_end()
    {
        var mark = Processes.Mark();
        var result = await guest.Client.Exec(new ExecSpec { Command = ["sh", "-c", $"echo done; setsid -f timeout {mark} yes"], Timeout = 600 }, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0, false), (result.ExitCode, result.TimedOut));
        Assert.StartsWith("done\n", result.Stdout, StringComparison.Ordinal);
        await guest.Exec("pkill", "-f", $"timeout {mark} yes");
    }

    [Theory]
    [InlineData("sleep {0} & sleep {0}")]
    [InlineData("setsid sleep {0} & setsid -f sh -c 'sleep {0}; true'; sleep {0}")]
    [InlineData("env -i setsid sleep {0} & sleep {0}")]
    public async Task A_command_whose_time_is_over_leaves_no_process(string command)
    {
        var mark = Processes.Mark();
        var result = await guest.Client.Exec(new ExecSpec { Command = ["sh", "-c", string.Format(CultureInfo.InvariantCulture, command, mark)], Timeout = 1 }, CancellationToken.None);
        Assert.True(result.TimedOut);
        Assert.Equal(137, result.ExitCode);
        Assert.Equal(0, await Processes.Count(mark));
        await Eventually.True(async () => (await guest.Client.Status(CancellationToken.None)).Execs == 0);
    }

    [Fact]
    public async Task A_command_ends_when_its_caller_goes()
    {
        var mark = Processes.Mark();
        using var going = new CancellationTokenSource();
        var command = guest.Client.Exec(new ExecSpec { Command = ["sh", "-c", $"setsid sleep {mark} & sleep {mark}"] }, going.Token);
        await Eventually.True(async () => await Processes.Count(mark) == 2);
        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command);
        await Eventually.True(async () => await Processes.Count(mark) == 0);
    }

    [Fact]
    public async Task What_a_command_puts_into_a_session_of_its_own_outlives_it_when_it_ends_in_order()
    {
        var mark = Processes.Mark();
        var began = TimeProvider.System.GetTimestamp();
        var result = await guest.Exec("sh", "-c", $"setsid sh -c 'touch up; exec sleep {mark}' & sleep {mark} & while ! test -e up; do sleep 0.1; done");
        Assert.Equal(0, result.ExitCode);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
        await Eventually.True(async () => await Processes.Count(mark) == 1);
        await guest.Exec("sh", "-c", $"pkill -f 'sleep {mark}'");
        await Eventually.True(async () => await Processes.Count(mark) == 0);
    }

    [Theory]
    [InlineData("no-such-program", null)]
    [InlineData("true", "/no/such/folder")]
    public async Task A_command_that_cannot_start_is_a_fault(string program, string? folder)
    {
        var error = await Assert.ThrowsAsync<FaultException>(() => guest.Client.Exec(new ExecSpec { Command = [program], Directory = folder }, CancellationToken.None));
        Assert.Equal(FaultKind.Invalid, error.Fault.Kind);
        Assert.StartsWith("cannot run ", error.Fault.Message, StringComparison.Ordinal);
    }
}
