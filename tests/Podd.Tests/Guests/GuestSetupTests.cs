using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestSetupTests(RunningGuest guest) : IClassFixture<RunningGuest>
{
    [Fact]
    public async Task Steps_tell_their_begin_output_and_end_and_can_be_read_again_from_any_event()
    {
        var setup = new GuestSetup("steps-1", null, [new SetupStep("first", "echo one; printf '\\033[31mred\\033[0m\\033[2J\\n'"), new SetupStep("second", "echo two >&2")]);
        var events = await Run(setup);
        Assert.Equal(
            [ProgressKind.Begin, ProgressKind.Output, ProgressKind.Output, ProgressKind.End, ProgressKind.Begin, ProgressKind.Output, ProgressKind.End, ProgressKind.Done],
            events.Select(happened => happened.Kind));
        Assert.Equal(Enumerable.Range(1, 8), events.Select(happened => happened.Seq));
        Assert.Equal("\u001b[31mred\u001b[0m", events[2].Message);
        Assert.NotNull(events[3].Seconds);
        Assert.Equal(events[4..], await Run(setup, from: 5));
        Assert.Equal(("steps-1", SetupState.Done), await State());
    }

    [Fact]
    public async Task A_step_that_fails_ends_the_run_and_says_why()
    {
        var events = await Run(new GuestSetup("fails-1", null, [new SetupStep("install", "echo no such package; exit 4"), new SetupStep("never", "true")]));
        Assert.Equal([ProgressKind.Begin, ProgressKind.Output, ProgressKind.Fail, ProgressKind.Done], events.Select(happened => happened.Kind));
        Assert.Equal(FaultKind.Invalid, events[^1].Fault?.Kind);
        Assert.Contains("no such package", events[^1].Fault?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_whose_time_is_over_fails()
    {
        var events = await Run(new GuestSetup("slow-1", null, [new SetupStep("sleep", "sleep 1000", TimeoutSeconds: 1)]));
        Assert.Equal(FaultKind.Timeout, events[^1].Fault?.Kind);
    }

    [Fact]
    public async Task A_second_run_is_refused_while_one_is_under_way()
    {
        var first = new GuestSetup("busy-1", null, [new SetupStep("wait", "while ! test -e go; do sleep 0.05; done; rm go")]);
        await using var events = guest.Client.Setup(first, 1, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        var error = await Assert.ThrowsAsync<FaultException>(() => Run(new GuestSetup("busy-2", null, [])));
        Assert.Equal(FaultKind.Conflict, error.Fault.Kind);
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "go"), "");
        Assert.Equal(ProgressKind.Done, (await Run(first))[^1].Kind);
    }

    [Fact]
    public async Task A_repository_is_cloned_and_its_state_reported()
    {
        await using var server = await GitServer.Start(guest.Root);
        var events = await Run(new GuestSetup("clone-1", new RepositorySpec(server.Url("demo")), [new SetupStep("look", "cat README")]));
        Assert.Null(events[^1].Fault);
        Assert.Contains(events, happened => happened is { Step: "look", Message: "hello" });
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "new"), "");
        var git = await guest.Client.Git(CancellationToken.None);
        Assert.Equal("main", git.Branch);
        Assert.Equal(40, git.Commit?.Length);
        Assert.Equal(["? new"], git.Changes);
        await File.AppendAllTextAsync(Path.Combine(guest.Workspace, "README"), "world\n");
        var diff = await guest.Client.GitDiff(CancellationToken.None);
        Assert.EndsWith("@@ -1 +1,2 @@\n hello\n+world\n", diff.Text, StringComparison.Ordinal);
        Assert.False(diff.Truncated);
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "README"), string.Join('\n', Enumerable.Range(0, 300_000)));
        Assert.True((await guest.Client.GitDiff(CancellationToken.None)) is { Truncated: true, Text.Length: 1 << 20 });
    }

    [Fact]
    public async Task A_clone_that_cannot_be_made_says_in_a_sentence_why()
    {
        await using var server = await GitServer.Start(guest.Root);
        await Refused("clone-branch", new RepositorySpec(server.Url("demo"), "nowhere"), "nowhere");
        await Refused("clone-missing", new RepositorySpec(server.Url("missing")), "no such repository");
        await Refused("clone-unreachable", new RepositorySpec($"git://127.0.0.1:{RunningGuest.FreePort()}/demo"), "cannot be reached");
        await Refused("clone-protocol", new RepositorySpec("ext::sh -c touch% /tmp/owned"), "cannot clone");
    }

    [Fact]
    public async Task A_run_that_the_pods_end_cut_runs_again_and_one_that_ended_is_remembered()
    {
        var done = new GuestSetup("kept-1", null, [new SetupStep("one", "echo once >> count-kept")]);
        await Run(done);
        var cut = new GuestSetup("cut-1", null, [new SetupStep("two", "echo again >> count-cut; while ! test -e second; do sleep 0.1; done")]);
        await using (var events = guest.Client.Setup(cut, 1, CancellationToken.None).GetAsyncEnumerator())
            Assert.True(await events.MoveNextAsync());
        await Eventually.True(() => Task.FromResult(File.Exists(Path.Combine(guest.Workspace, "count-cut"))));

        await guest.Kill();
        await guest.Start();
        Assert.Equal(("cut-1", SetupState.None), await State());
        await File.WriteAllTextAsync(Path.Combine(guest.Workspace, "second"), "");
        Assert.Null((await Run(cut))[^1].Fault);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(guest.Workspace, "count-cut"))).Length);
        await Run(done);
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(guest.Workspace, "count-kept")));
    }

    private async Task Refused(string run, RepositorySpec repository, string because)
    {
        var events = await Run(new GuestSetup(run, repository, []));
        Assert.Equal(FaultKind.RepositoryUnavailable, events[^1].Fault?.Kind);
        Assert.StartsWith($"cannot clone {repository.Url}", events[^1].Fault?.Message, StringComparison.Ordinal);
        Assert.True(events[^1].Fault!.Message.Contains(because, StringComparison.Ordinal), $"{events[^1].Fault}");
    }

    private async Task<List<GuestSetupEvent>> Run(GuestSetup setup, int from = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var events = new List<GuestSetupEvent>();
        await foreach (var happened in guest.Client.Setup(setup, from, limit.Token))
            events.Add(happened);
        return events;
    }

    private async Task<(string?, SetupState)> State()
    {
        await Eventually.True(async () => (await guest.Client.Status(CancellationToken.None)).SetupState != SetupState.Running);
        var status = await guest.Client.Status(CancellationToken.None);
        return (status.SetupRun, status.SetupState);
    }
}
