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
    private const int From = 120;
    private const int To = 600;
    private const int SleepAfter = 660;

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
        Skip.IfNot(Proof.IsLong, "it takes a quarter of an hour: make proof");
        var (vite, next) = (await stack.Git.PublishViteApp("idle-vite"), await stack.Git.PublishNextApp("idle-next"));
        // Each from when it was used, not from when the last of them was.
        var taken = new List<Task>();
        foreach (var server in (Server[])[new("idlevite", vite, "Get started", Page: false), new("idlevitepage", vite, "Get started", Page: true), new("idlenext", next, "To get started", Page: false), new("idlenextpage", next, "To get started", Page: true)])
        {
            await Open(server);
            taken.Add(TakesNothing(server, _open[^1].Api));
        }
        await Task.WhenAll(taken);
        foreach (var (server, api, _) in _open)
            Assert.Equal("asleep", (string)(await api.WaitFor(server.Pod, "asleep", timeout: SleepAfter))["status"]!);
        await Stay("asleep", seconds: 180);
    }

    private async Task Open(Server server)
    {
        var api = await PinacleStack.ApiOf("alice");
        await api.Delete(server.Pod); // of a run that was cut
        _open.Add((server, api, null));
        await api.Create(new { name = server.Pod, repo = server.Repository, tier = "dev.medium", sleepAfter = SleepAfter }, server.Pod);
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

    private async Task TakesNothing(Server server, Api api)
    {
        var cores = await CoresBetween(await CpuFile((string)(await api.Get($"pods/{server.Pod}"))["id"]!), From, To);
        Proof.Shown(output, string.Create(CultureInfo.InvariantCulture, $"{server.Pod}: {cores:0.0000} cores from second {From} to second {To} after it was used"));
        Assert.True(cores < MostCores, string.Create(CultureInfo.InvariantCulture, $"{server.Pod} took {cores:0.000} cores and did nothing"));
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
