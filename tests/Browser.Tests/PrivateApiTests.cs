using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>A private front end whose page calls its pod's private API, which is another origin to the browser: with credentials, and after a preflight.</summary>
[Collection(StackCollection.Name)]
public sealed class PrivateApiTests(PinacleStack stack)
{
    [Fact]
    public async Task A_private_page_calls_its_pods_private_api_and_nobody_elses_page_does()
    {
        await using var pod = await AppPod.Make(stack, "siblings", "siblings.mjs", "web", "api");
        await using (var local = await Visitor.Enter(stack.Browser, PinacleStack.Site))
            await Owner_alone(local, stack.Browser, PinacleStack.Site, pod.Local("web"), pod.Local("api"));
        await using var site = await TlsSite.Open(stack);
        await using var tls = await Visitor.Enter(site.Browser, TlsSite.Site);
        await Owner_alone(tls, site.Browser, TlsSite.Site, pod.Tls("web"), pod.Tls("api"));
    }

    private static async Task Owner_alone(Visitor alice, IBrowser browser, string site, string web, string api)
    {
        await alice.SignIn("alice");
        await alice.Page.GotoAsync(web + "/some/page?with=query");
        await Screen.Shows(alice.Page, alice.Page.GetByRole(AriaRole.Heading, new() { Name = "front end" }));
        Assert.Equal(web + "/some/page?with=query", alice.Page.Url);

        // Nobody opened the API in this browser: opening the page has let it in there as well.
        var first = await Call(alice.Page, api);
        Assert.True((int?)first["status"] == 200, first.ToJsonString());
        var seen = first["body"]!;
        Assert.Equal("answered", (string?)first["app"]);
        Assert.Equal(("PUT", "alice", 3, "mine", web), ((string?)seen["method"], (string?)seen["user"], (int?)seen["token"], (string?)seen["own"], (string?)seen["origin"]));
        Assert.Equal(["PUT content-type,x-own"], seen["preflights"]!.AsArray().Select(line => (string?)line));
        Assert.Null(seen["cookie"]);
        // What the app set comes back to it, alone: the gateway's own cookie does not.
        Assert.Equal("app=own", (string?)(await Call(alice.Page, api))["body"]!["cookie"]);

        // The same call of somebody who may not, from a page that a stranger to Pinacle can have; and of nobody.
        await using var mallory = await Visitor.Enter(browser, site);
        await mallory.SignIn("mallory");
        await using var nobody = await Visitor.Enter(browser, site);
        foreach (var page in (IPage[])[mallory.Page, nobody.Page])
        {
            await page.GotoAsync(web);
            Assert.DoesNotContain("front end", await page.ContentAsync(), StringComparison.Ordinal);
            var refused = await Call(page, api);
            Assert.True(refused["failed"] is not null, refused.ToJsonString());
            var answer = await page.GotoAsync(api);
            Assert.False(answer!.Headers.ContainsKey("x-app"), answer.Url);
        }
    }

    private static async Task<JsonObject> Call(IPage page, string api) => JsonNode.Parse(await page.EvaluateAsync<string>(
        """
        api => fetch(api + '/things', { method: 'PUT', credentials: 'include', headers: { 'X-Own': 'mine', 'Content-Type': 'application/json' }, body: '{}' })
            .then(async answer => JSON.stringify({ status: answer.status, app: answer.headers.get('X-App'), body: await answer.json() }))
            .catch(error => JSON.stringify({ failed: String(error) }))
        """,
        api))!.AsObject();
}
