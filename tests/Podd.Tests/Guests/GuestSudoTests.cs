using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>The pod's sudo, with the guest as an ordinary process: who asks must be root here, or the machine's own "dev".</summary>
public sealed class GuestSudoTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [SkippableFact]
    public async Task It_runs_a_command_with_its_callers_streams_folder_and_exit_code()
    {
        SkipUnlessRoot();
        var result = await Sudo("some input", "-n", "WORD=set", "sh", "-c", "id -u; pwd; echo $WORD $SUDO_USER; cat; echo bad >&2; exit 7");
        Assert.Equal(7, result.ExitCode);
        Assert.StartsWith($"0\n{guest.Workspace}\nset ", result.StandardOutput, StringComparison.Ordinal);
        Assert.EndsWith("\nsome input", result.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("bad\n", result.StandardError);
    }

    [SkippableFact]
    public async Task It_keeps_the_callers_environment_only_when_asked_to()
    {
        SkipUnlessRoot();
        Assert.Equal("[]\n", (await Sudo("", "sh", "-c", "echo [$CALLERS]")).StandardOutput);
        Assert.Equal("[word]\n", (await Sudo("", "-E", "sh", "-c", "echo [$CALLERS]")).StandardOutput);
    }

    [SkippableFact]
    public async Task It_can_be_another_user()
    {
        SkipUnlessRoot();
        Assert.Equal("nobody\n", (await Command("", "-u", "nobody", "--", "id", "-un").WithWorkingDirectory("/").ExecuteBufferedAsync()).StandardOutput);
        Assert.Contains("none of that name", (await Sudo("", "-u", "nobody-at-all", "id")).StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_shell_line_keeps_its_words_apart()
    {
        SkipUnlessRoot();
        Assert.Equal("a b\nit's\n", (await Sudo("", "-s", "printf", "%s\n", "a b", "it's")).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("usage", "-n")]
    [InlineData("cannot do --chroot=/", "--chroot=/", "ls")]
    [InlineData("no such program", "no-such-program")]
    public async Task What_it_cannot_do_it_says(string expected, params string[] arguments)
    {
        SkipUnlessRoot();
        var result = await Sudo("", arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_caller_who_is_killed_takes_the_command_along()
    {
        SkipUnlessRoot();
        var mark = Processes.Mark();
        using var end = new CancellationTokenSource();
        var running = Command("", "sh", "-c", $"setsid sleep {mark} & sleep {mark}").ExecuteAsync(end.Token);
        await Eventually.True(async () => await Processes.Count(mark) == 2);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await running);
        await Eventually.True(async () => await Processes.Count(mark) == 0);
    }

    [SkippableFact]
    public async Task A_signal_to_it_is_one_to_the_command()
    {
        SkipUnlessRoot();
        var ready = Path.Combine(guest.Workspace, "sudo-ready");
        var running = Command("", "sh", "-c", $"trap 'exit 9' TERM; touch {ready}; while true; do sleep 0.1; done").ExecuteBufferedAsync();
        await Eventually.True(() => Task.FromResult(File.Exists(ready)));
        await Cli.Wrap("kill").WithArguments(["-TERM", $"{running.ProcessId}"]).ExecuteAsync();
        Assert.Equal(9, (await running).ExitCode);
    }

    [SkippableFact]
    public async Task Nobody_else_becomes_root()
    {
        SkipUnlessRoot();
        var result = await guest.Client.Exec(new Contracts.ExecSpec { Command = ["python3", "-c", $"import socket; s = socket.socket(socket.AF_UNIX); s.connect('\\0pinacle-sudo-{guest.Port}'); print(s.recv(1000).decode()[1:])"], User = "nobody", Directory = "/" }, CancellationToken.None);
        Assert.Contains("cannot be root", result.Stdout, StringComparison.Ordinal);
    }

    private static void SkipUnlessRoot() => Skip.IfNot(Environment.IsPrivilegedProcess, "the guest answers root, and a user \"dev\" that this machine may not have");

    private async Task<BufferedCommandResult> Sudo(string input, params string[] arguments) => await Command(input, arguments).ExecuteBufferedAsync(Encoding.UTF8);

    private Command Command(string input, params string[] arguments) =>
        Cli.Wrap(Path.Combine(AppContext.BaseDirectory, "guest"))
            .WithArguments(["sudo-at", $"{guest.Port}", .. arguments])
            .WithWorkingDirectory(guest.Workspace)
            .WithEnvironmentVariables(variables => variables.Set("CALLERS", "word"))
            .WithStandardInputPipe(PipeSource.FromString(input))
            .WithValidation(CommandResultValidation.None);
}
