using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>What a person does in the pages, step by step, with a screenshot of each.</summary>
public sealed partial class Visitor(IBrowserContext context, IPage page, string site) : IAsyncDisposable
{
    public IPage Page { get; } = page;

    public IBrowserContext Context { get; } = context;

    /// <summary>A browser of its own: no cookies of anybody else.</summary>
    public static async Task<Visitor> Enter(IBrowser browser, string site)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        context.SetDefaultTimeout(30_000);
        return new Visitor(context, await context.NewPageAsync(), site);
    }

    public async Task SignIn(string login)
    {
        await Page.GotoAsync(site + "/sign-in");
        await Page.GetByLabel("Login").FillAsync(login);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        // Not WaitForURLAsync: where the page is there already, it waits for a load that it may have missed (seen in the log of a failure: "load" lost, "NetworkIdle" heard).
        await Assertions.Expect(Page).Not.ToHaveURLAsync(SignInPage(), new() { Timeout = 30_000 });
    }

    /// <summary>Fills in the form of a new pod; the tier is dev.medium unless said otherwise.</summary>
    public async Task NewPod(string name, string repository, string? branch = null, string tier = "dev.medium")
    {
        await Page.GotoAsync(site + "/pods/new");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await Page.GetByLabel("Git repository").FillAsync(repository);
        if (branch is not null)
            await Page.GetByLabel("Branch").FillAsync(branch);
        await Page.GetByText(tier, new() { Exact = true }).ClickAsync();
        await Shot($"new-pod-{name}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create pod" }).ClickAsync();
    }

    public Task Shot(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Artifacts, name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync() => await Context.CloseAsync();

    // Playwright takes no options that JavaScript does not have.
    [GeneratedRegex("/sign-in", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignInPage();
}
