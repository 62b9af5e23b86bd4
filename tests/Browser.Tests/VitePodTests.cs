using Microsoft.Playwright;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>The whole main job: from a git repository to a running service in the browser, and nothing left after.</summary>
[Collection(StackCollection.Name)]
public sealed class VitePodTests(PinacleStack stack)
{
    [Fact]
    public async Task A_vite_repository_becomes_a_pod_whose_open_page_follows_an_edit_and_that_leaves_nothing()
    {
        using var api = await PinacleStack.ApiOf("alice");
        await api.Delete("demo"); // of a run that was cut
        var before = await Residue.Look();
        var repository = await stack.Git.PublishViteApp("vite");
        await using var alice = await Visitor.Enter(stack.Browser, PinacleStack.Site);
        await alice.SignIn("alice");
        await alice.Shot("dashboard-empty");
        await alice.NewPod("demo", repository);

        await Screen.Shows(alice.Page, alice.Page.GetByText("clone", new() { Exact = true }).First);
        await alice.Shot("pod-creating");
        await Screen.Shows(alice.Page, alice.Page.GetByText("added ", new() { Exact = false }).First, seconds: 240);
        await Screen.Shows(alice.Page, alice.Page.GetByRole(AriaRole.Link, new() { Name = $"web-demo-alice.{PinacleStack.Domain}" }).First);
        await Screen.Shows(alice.Page, alice.Page.GetByText("running", new() { Exact = true }).First);
        await alice.Shot("pod-running");

        var app = await alice.Context.NewPageAsync();
        await HotReload(app, $"http://web-demo-alice.{PinacleStack.Domain}:{PinacleStack.Port}/");
        await The_same_app_works_on_a_domain_of_ones_own();

        var pod = await api.Get("pods/demo");
        Assert.Equal("running", (string)pod["status"]!);
        Assert.Equal($"http://web-demo-alice.{PinacleStack.Domain}:{PinacleStack.Port}/", (string)pod["services"]![0]!["url"]!);
        await Every_step_of_the_log_has_its_duration(api);

        await alice.Page.GetByRole(AriaRole.Link, new() { Name = "Delete" }).First.ClickAsync();
        await alice.Shot("pod-delete");
        await alice.Page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).First.ClickAsync();
        await Eventually.Holds("nothing is left of the pod", TimeSpan.FromSeconds(60), async () => await Residue.Look() == before);
        Assert.Equal(before, await Residue.Look());
    }

    // "localhost" is special to browsers and to Vite; this name is not.
    private async Task The_same_app_works_on_a_domain_of_ones_own()
    {
        await using var site = await TlsSite.Open(stack);
        await using var alice = await Visitor.Enter(site.Browser, TlsSite.Site);
        await alice.SignIn("alice");
        await HotReload(await alice.Context.NewPageAsync(), $"https://web-demo-alice.{TlsSite.Domain}/");

        var cookies = await alice.Context.CookiesAsync([$"https://web-demo-alice.{TlsSite.Domain}/"]);
        Assert.Contains(cookies, cookie => cookie.Name == "__Host-pinacle-pod");
        Assert.All(cookies, cookie => Assert.True(cookie is { Secure: true, HttpOnly: true } && cookie.Name.StartsWith("__Host-", StringComparison.Ordinal), $"{cookie.Name} of {cookie.Domain}"));
    }

    /// <summary>Opens the app, changes its source through the API's exec, and sees the change without a reload.</summary>
    private static async Task HotReload(IPage app, string url)
    {
        using var api = await PinacleStack.ApiOf("alice");
        var connected = app.WaitForConsoleMessageAsync(new() { Predicate = message => message.Text.Contains("[vite] connected", StringComparison.Ordinal), Timeout = 120_000 });
        await app.GotoAsync(url, new() { Timeout = 60_000 });
        await Screen.Shows(app, app.GetByRole(AriaRole.Heading, new() { Name = "Get started" }));
        await connected;
        await Vite_watches_its_files(app, api);
        await app.EvaluateAsync("window.neverReloaded = true");

        var word = "changed" + Guid.NewGuid().ToString("N")[..8];
        await Head(app, api, word);
        await app.ScreenshotAsync(new() { Path = Path.Combine(Repository.Artifacts, "app-" + new Uri(url).Host + ".png") });
        await Head(app, api, "Get started");
        Assert.True(await app.EvaluateAsync<bool>("window.neverReloaded === true"), "the page was reloaded");
    }

    // It listens before it has found all files to watch, and what is saved in between it never hears of.
    private static async Task Vite_watches_its_files(IPage app, Api api)
    {
        var seen = app.WaitForConsoleMessageAsync(new() { Predicate = message => message.Text.Contains("[vite] hot updated: /src/index.css", StringComparison.Ordinal), Timeout = 120_000 });
        while (!seen.IsCompleted)
        {
            Assert.Equal(0, (await api.Exec("demo", "touch src/index.css")).ExitCode);
            await Task.WhenAny(seen, Task.Delay(1000));
        }
        await seen;
    }

    private static async Task Head(IPage app, Api api, string words)
    {
        var edit = await api.Exec("demo", $"sed -i 's|<h1>.*</h1>|<h1>{words}</h1>|' src/App.jsx");
        Assert.True(edit.ExitCode == 0, edit.Stderr);
        await Screen.Shows(app, app.GetByRole(AriaRole.Heading, new() { Name = words }), seconds: 60);
    }

    private static async Task Every_step_of_the_log_has_its_duration(Api api)
    {
        var events = (await api.Get("pods/demo/events?limit=1000"))["items"]!.AsArray();
        var ended = events.Where(line => (string?)line!["data"]?["phase"] == "end").ToList();
        Assert.Contains(ended, line => (string?)line!["data"]!["step"] == "clone");
        Assert.Contains(ended, line => (string?)line!["data"]!["step"] == "install");
        Assert.All(ended, line => Assert.True((double?)line!["data"]!["seconds"] >= 0, line!.ToJsonString()));
    }
}
