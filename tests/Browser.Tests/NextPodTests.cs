using Microsoft.Playwright;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>Next's development server, as it is installed: no word of Pinacle in the repository.</summary>
[Collection(StackCollection.Name)]
public sealed class NextPodTests(PinacleStack stack)
{
    private const string Page = """
        'use client';
        import { useState } from 'react';
        export default function Page() {
          const [count, setCount] = useState(0);
          return <main><h1>Get started</h1><button onClick={() => setCount(count + 1)}>count {count}</button></main>;
        }
        """;

    private static readonly (string, string)[] Repository =
    [
        ("package.json", """{ "private": true, "scripts": { "dev": "next dev" }, "dependencies": { "next": "16.2.6", "react": "19.2.6", "react-dom": "19.2.6" } }"""),
        ("app/layout.jsx", "export default function Layout({ children }) { return <html lang=\"en\"><body>{children}</body></html>; }\n"),
        ("app/page.jsx", Page),
        (".gitignore", "node_modules\n.next\n"),
        ("pinacle.yaml", "version: 1\ninstall: npm install --no-audit --no-fund\nservices:\n  web: { run: npm run dev, port: 3000 }\n"),
    ];

    [Fact]
    public async Task An_open_page_of_a_next_repository_follows_an_edit_and_keeps_its_state()
    {
        using var api = await PinacleStack.ApiOf("alice");
        await api.Delete("next"); // of a run that was cut
        var repository = await stack.Git.Publish("next", Repository);
        try
        {
            var pod = await api.Create(new { name = "next", repo = repository, tier = "dev.large", env = new Dictionary<string, string>(StringComparer.Ordinal) { ["NEXT_TELEMETRY_DISABLED"] = "1" } }, "next");
            Assert.True((string)pod["setup"]!["state"]! == "done", pod.ToJsonString());
            await Follows(stack.Browser, PinacleStack.Site, $"http://web-next-alice.{PinacleStack.Domain}:{PinacleStack.Port}/", api);
            await using var site = await TlsSite.Open(stack);
            await Follows(site.Browser, TlsSite.Site, $"https://web-next-alice.{TlsSite.Domain}/", api);
        }
        finally
        {
            await api.Delete("next");
        }
    }

    private static async Task Follows(IBrowser browser, string site, string url, Api api)
    {
        await using var alice = await Visitor.Enter(browser, site);
        await alice.SignIn("alice");
        await Eventually.Holds("next answers", TimeSpan.FromMinutes(3), async () => (await alice.Page.GotoAsync(url, new() { Timeout = 120_000 }))?.Status == 200);
        await Screen.Shows(alice.Page, alice.Page.GetByRole(AriaRole.Heading, new() { Name = "Get started" }));
        var button = alice.Page.GetByRole(AriaRole.Button, new() { Name = "count" });
        await Eventually.Holds("the page counts", TimeSpan.FromMinutes(1), async () =>
        {
            await button.ClickAsync();
            return await button.InnerTextAsync() != "count 0";
        });
        var count = await button.InnerTextAsync();
        await alice.Page.EvaluateAsync("window.neverReloaded = true");

        foreach (var words in (string[])["changed" + Guid.NewGuid().ToString("N")[..8], "Get started"])
        {
            var edit = await api.Exec("next", $"sed -i 's|<h1>.*</h1>|<h1>{words}</h1>|' app/page.jsx");
            Assert.True(edit.ExitCode == 0, edit.Stderr);
            await Screen.Shows(alice.Page, alice.Page.GetByRole(AriaRole.Heading, new() { Name = words }), seconds: 90);
        }
        Assert.Equal(count, await button.InnerTextAsync());
        Assert.True(await alice.Page.EvaluateAsync<bool>("window.neverReloaded === true"), "the page was reloaded");
    }
}
