using System.Net;
using Pinacle.Browser.Tests.Stack;
using Pinacle.Podd.HostTests;
using Xunit.Abstractions;

namespace Pinacle.Browser.Tests;

/// <summary>Packages that come, and that replace what runs, under a development server; then the pod is to sleep.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Proof")]
public sealed class PackagesTests(PinacleStack stack, ITestOutputHelper output)
{
    private const string Pod = "packages";
    private const string Web = $"web-{Pod}-alice";

    [SkippableFact]
    public async Task A_pod_whose_packages_change_under_a_running_server_sleeps_or_says_what_holds_it()
    {
        Skip.IfNot(Proof.IsLong, "it installs Debian packages: make proof");
        using var alice = await PinacleStack.ApiOf("alice");
        await alice.Delete(Pod); // of a run that was cut
        try
        {
            await alice.Create(new { name = Pod, repo = await stack.Git.PublishViteApp(Pod), tier = "dev.medium" }, Pod);
            await Serves(alice);
            var server = await Server(alice);

            await Run(alice, "npm install --no-audit --no-fund axios react@18 react-dom@18");
            await Sleeps(alice);
            await Serves(alice); // which wakes it
            Assert.Equal(server, await Server(alice));

            await Run(alice, "apt-get update && apt-get upgrade --yes && apt-get install --yes --reinstall nodejs libc6", user: "root");
            var (status, problem) = await alice.Refused(HttpMethod.Post, $"pods/{Pod}/sleep");
            Assert.Equal(HttpStatusCode.Conflict, status);
            var because = (string)problem["fault"]!["message"]!;
            Assert.Matches($"^cannot put pod {Pod} to sleep: .+, process [0-9]+, uses /[^ ]+( \\(and [0-9]+ more\\))?, which was deleted or replaced; restart it$", because);
            Assert.InRange(((string?)problem["fault"]!["detail"])?.Length ?? 0, 0, 1000);
            await Serves(alice);
            Assert.Equal(server, await Server(alice));

            await alice.Post($"pods/{Pod}/services/web/restart");
            await Serves(alice);
            await Sleeps(alice);
            await Serves(alice);
            Proof.Shown(output, $"npm install under a running Vite, then sleep: the same process woke. apt-get of Node and the C library under it: “{because}”; after a restart of the service it slept, too");
        }
        finally
        {
            await alice.Delete(Pod);
        }
    }

    private static Task Serves(Api alice) =>
        Eventually.Holds("Vite answers", TimeSpan.FromSeconds(240), async () => (await alice.Visit(Web)).Status == HttpStatusCode.OK);

    private static async Task Sleeps(Api alice)
    {
        await alice.Post($"pods/{Pod}/sleep");
        Assert.Equal("asleep", (string)(await alice.WaitFor(Pod, "asleep"))["status"]!);
    }

    private static async Task<string> Server(Api alice) => (await alice.Exec(Pod, "pgrep -f node_modules/.bin/vite")).Stdout;

    private static async Task Run(Api alice, string line, string? user = null)
    {
        var (exitCode, stdout, stderr) = await alice.Exec(Pod, $"export DEBIAN_FRONTEND=noninteractive; cd /workspace && {line}", timeout: 600, user);
        Assert.True(exitCode == 0, stdout + stderr);
    }
}
