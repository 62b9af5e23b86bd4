using Microsoft.Playwright;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>What a page shows.</summary>
public static class Screen
{
    /// <summary>Waits until the page shows it; a failure tells what the page shows instead.</summary>
    public static async Task Shows(IPage page, ILocator wanted, int seconds = 120)
    {
        try
        {
            await Assertions.Expect(wanted).ToBeVisibleAsync(new() { Timeout = seconds * 1000 });
        }
        catch (PlaywrightException error)
        {
            var text = await page.Locator("body").InnerTextAsync();
            throw new TimeoutException($"{page.Url} does not show {wanted} within {seconds} s but: {text.ReplaceLineEndings(" ⏎ ")}", error);
        }
    }
}
