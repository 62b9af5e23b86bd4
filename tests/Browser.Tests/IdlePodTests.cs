using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Pinacle.Browser.Tests.Stack;
using Pinacle.Podd.HostTests;
using Xunit.Abstractions;

namespace Pinacle.Browser.Tests;

/// <summary>What people leave behind in the evening: a development server, and perhaps a page of it that stays open.</summary>
[Collection(StackCollection.Name)]
public sealed class IdlePodTests(PinacleStack stack, ITestOutputHelper output) : IAsyncLifetime
{
    private const double MostCores = 0.01;

    private readonly List<(Server Server, Api Api, Visitor? Visitor)> _open = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var (server, api, visitor) in _open)
        {
            if (visitor is not null)
                await visitor.DisposeAsync();
            await api.Delete(server.Pod);
            api.Dispose();
        }
    }

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task A_development_server_that_nobody_uses_takes_no_cpu_and_sleeps_with_a_forgotten_page_open_or_not()
    {
        var isLong = Proof.IsLong;
        Skip.IfNot(isLong, "it takes a quarter of an hour: make proof");
        var (from, to, sleepAfter) = isLong ? (120, 600, 660) : (0, 15, 130);
        var vite = await stack.Git.PublishViteApp("idle-vite");
        var next = isLong ? await stack.Git.PublishNextApp("idle-next") : "";
        Server[] servers = isLong
            ? [new("idlevite", vite, "Get started", Page: false), new("idlevitepage", vite, "Get started", Page: true), new("idlenext", next, "To get started", Page: false), new("idlenextpage", next, "To get started", Page: true)]
            : [new("idlevitepage", vite, "Get started", Page: true)];
        foreach (var server in servers)
            await Open(server, sleepAfter);

        await Task.WhenAll(_open.Select(async open =>
        {
            if (!isLong)
                await Eventually.Holds($"{open.Server.Pod} stands still", TimeSpan.FromSeconds(110), async () => (await open.Api.Get($"pods/{open.Server.Pod}")).ToJsonString().Contains("\"frozen\"", StringComparison.Ordinal));
            var cores = await CoresBetween(await CpuFile((string)(await open.Api.Get($"pods/{open.Server.Pod}"))["id"]!), from, to);
            Proof.Shown(output, string.Create(CultureInfo.InvariantCulture, $"{open.Server.Pod}: {cores:0.0000} cores from second {from} to second {to} {(isLong ? "after it was used" : "after it stood still")}"));
            Assert.True(cores < MostCores, string.Create(CultureInfo.InvariantCulture, $"{open.Server.Pod} took {cores:0.000} cores and did nothing"));
        }));
        foreach (var (server, api, _) in _open)
            Assert.Equal("asleep", (string)(await api.WaitFor(server.Pod, "asleep", timeout: sleepAfter))["status"]!);
        await Stay("asleep", seconds: isLong ? 180 : 20);
    }

    private async Task Open(Server server, int sleepAfter)
    {
        var api = await PinacleStack.ApiOf("alice");
        await api.Delete(server.Pod); // of a run that was cut
        _open.Add((server, api, null));
        await api.Create(new { name = server.Pod, repo = server.Repository, tier = "dev.medium", sleepAfter }, server.Pod);
        await Eventually.Holds($"{server.Pod} answers", TimeSpan.FromSeconds(240), async () => (await api.Visit($"web-{server.Pod}-alice")).Status == HttpStatusCode.OK);
        if (!server.Page)
            return;
        var alice = await Visitor.Enter(stack.Browser, PinacleStack.Site);
        _open[^1] = (server, api, alice);
        await alice.SignIn("alice");
        var page = await alice.Context.NewPageAsync();
        await page.GotoAsync($"http://web-{server.Pod}-alice.{PinacleStack.Domain}:{PinacleStack.Port}/", new() { Timeout = 120_000 });
        await Screen.Shows(page, page.GetByRole(AriaRole.Heading, new() { Name = server.Heading }));
    }

    private async Task Stay(string status, int seconds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(seconds))
        {
            foreach (var (server, api, _) in _open)
                Assert.Equal((server.Pod, status), (server.Pod, (string)(await api.Get($"pods/{server.Pod}"))["status"]!));
            await Task.Delay(TimeSpan.FromSeconds(2)); // what is watched is that nothing happens
        }
    }

    private static async Task<double> CoresBetween(string file, int from, int to)
    {
        await Task.Delay(TimeSpan.FromSeconds(from));
        var (before, at) = (Nanoseconds(file), TimeProvider.System.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(to - from));
        return (Nanoseconds(file) - before) / TimeProvider.System.GetElapsedTime(at).TotalNanoseconds;
    }

    private static double Nanoseconds(string file)
    {
        var line = File.ReadLines(file).First().Split(' ');
        return double.Parse(line[^1], CultureInfo.InvariantCulture) * (line.Length == 2 ? 1000 : 1); // cgroup v2: "usage_usec 123"
    }

    private static async Task<string> CpuFile(string id)
    {
        var parent = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(PinacleStack.Var, "run", "podd.json")))!["Podd"]!["CgroupParent"]!;
        return File.Exists($"/sys/fs/cgroup{parent}/{id}/cpu.stat") ? $"/sys/fs/cgroup{parent}/{id}/cpu.stat" : $"/sys/fs/cgroup/cpuacct{parent}/{id}/cpuacct.usage";
    }

    private sealed record Server(string Pod, string Repository, string Heading, bool Page);
}
