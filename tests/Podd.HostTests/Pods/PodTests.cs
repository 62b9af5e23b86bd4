using System.Net;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

public sealed class PodTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private static readonly ServiceSpec Web = new("web", 8000, "python3 -m http.server 8000 --bind 127.0.0.1", "site");
    private static readonly SetupStep Install = new("install", "mkdir -p site && echo hello > site/index.html && echo installed");

    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    [SkippableFact]
    public async Task A_pod_is_made_serves_stops_starts_and_goes_without_a_trace()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);

        var made = await podd.Act(HttpMethod.Put, Path, Spec());
        Assert.Null(made[^1].Fault);
        Assert.Equal(PodState.Running, made[^1].Report!.State);
        Assert.Equal(SetupState.Done, made[^1].Report!.Setup.State);
        Assert.Equal(["disk", "network", "boot", "guest", "install"], made.Where(line => line is { Kind: ProgressKind.End, Step: not "runtime" }).Select(line => line.Step));
        Assert.All(made.Where(line => line.Kind == ProgressKind.End), line => Assert.True(line.Seconds > 0));
        Assert.Contains(made, line => line is { Kind: ProgressKind.Output, Message: "installed" });
        await Serves("hello");

        Assert.Equal(PodState.Stopped, (await podd.Act(HttpMethod.Post, Path + "/stop"))[^1].Report!.State);
        Assert.Contains("503", await podd.Tunnel(_id, 8000, "/index.html"), StringComparison.Ordinal);
        Assert.Equal(PodState.Running, (await podd.Act(HttpMethod.Post, Path + "/start"))[^1].Report!.State);
        await Serves("hello");

        await Delete();
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1].Done);
    }

    [SkippableFact]
    public async Task An_install_that_fails_leaves_the_pod_up_and_a_retry_runs_it_again()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var failing = new SetupStep("install", "echo on my way; test -e /workspace/repaired && mkdir -p site && echo hello > site/index.html");

        var lines = await podd.Act(HttpMethod.Put, Path, Spec() with { Setup = new SetupSpec(1, [failing]) });
        Assert.Equal((PodState.Running, SetupState.Failed, "install"), (lines[^1].Report!.State, lines[^1].Report!.Setup.State, lines[^1].Report!.Setup.Step));
        Assert.Contains("502", await podd.Tunnel(_id, 8000, "/index.html"), StringComparison.Ordinal);

        Assert.Equal(0, (await podd.Exec(_id, "touch", "/workspace/repaired")).ExitCode);
        lines = await podd.Act(HttpMethod.Put, Path, Spec() with { Setup = new SetupSpec(2, [failing]) });
        Assert.Equal(SetupState.Done, lines[^1].Report!.Setup.State);
        await Serves("hello");
        await Delete();
    }

    private PodSpec Spec() => PoddProcess.Spec(_id, "demo") with { Setup = new SetupSpec(1, [Install]), Services = [Web] };

    private async Task Serves(string text) =>
        await PoddProcess.Eventually(async () => (await podd.Tunnel(_id, 8000, "/index.html")).Contains(text, StringComparison.Ordinal), $"the service does not answer: {await podd.Tunnel(_id, 8000, "/index.html")}");

    private async Task Delete()
    {
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
        Assert.Equal(HttpStatusCode.NotFound, (await podd.Http.GetAsync(new Uri(Path, UriKind.Relative))).StatusCode);
    }
}
