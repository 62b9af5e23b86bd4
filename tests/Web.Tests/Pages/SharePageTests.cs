using System.Net;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Pods;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class SharePageTests : PageTests
{
    [Fact]
    public async Task A_service_is_made_public_without_scripts_and_the_page_warns_of_it()
    {
        var pod = await Pod();
        var page = await alice.Open($"/pods/{pod.Id}");
        page = await alice.Open(page.QuerySelector("#share-web")!.GetAttribute("href")!);
        Assert.Contains("strangers", page.QuerySelector("#visibility .notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("private", page.QuerySelector("#visibility input:checked")!.GetAttribute("value"));
        page = await alice.Send(page, "#visibility", ("access", "public"));
        Assert.Equal($"/pods/{pod.Id}/services/web/share", alice.Path);
        Assert.Equal("public", page.QuerySelector("#visibility input:checked")!.GetAttribute("value"));
        await using var db = stand.Open();
        Assert.Equal(ServiceAccess.Public, (await db.Services.SingleAsync()).Access);
        page = await alice.Send(page, "#visibility", ("access", "everybody"));
        Assert.Contains("Choose who", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_made_shown_once_and_revoked()
    {
        var pod = await Pod();
        var page = await alice.Open($"/pods/{pod.Id}/services/web/share");
        page = await alice.Send(page, "#share", ("expires", "3600"));
        var link = page.QuerySelector("#link")!.TextContent;
        Assert.StartsWith("http://web-demo-alice.pinacle.localhost:8080/.pinacle/share/", link, StringComparison.Ordinal);
        Assert.Equal(link, page.QuerySelector("[data-copy]")!.GetAttribute("data-copy"));
        Assert.True(alice.Answer.Headers.CacheControl?.NoStore);
        page = await alice.Open($"/pods/{pod.Id}/services/web/share");
        Assert.DoesNotContain(link, page.Source.Text, StringComparison.Ordinal);
        Assert.Single(page.QuerySelectorAll("#links tbody tr"));
        page = await alice.Send(page, "#links form");
        Assert.Contains("revoked", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("#links tbody tr"));
    }

    [Fact]
    public async Task A_life_that_is_none_is_said_on_the_form()
    {
        var pod = await Pod();
        var page = await alice.Send(await alice.Open($"/pods/{pod.Id}/services/web/share"), "#share", ("expires", "soon"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, alice.Answer.StatusCode);
        Assert.Contains("seconds", page.QuerySelector("#expires-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_else_finds_the_page()
    {
        var pod = await Pod();
        using var bob = await Visitor.SignedIn(stand.Web, "bob");
        await bob.Open($"/pods/{pod.Id}/services/web/share");
        Assert.Equal(HttpStatusCode.NotFound, bob.Answer.StatusCode);
        await alice.Open($"/pods/{pod.Id}/services/nothere/share");
        Assert.Equal(HttpStatusCode.NotFound, alice.Answer.StatusCode);
        await alice.Post($"/pods/{pod.Id}/services/web/visibility", ("access", "public"));
        Assert.Equal(HttpStatusCode.BadRequest, alice.Answer.StatusCode);
    }

    private Task<Pod> Pod() => stand.Seed("alice", "demo", PodState.Running, null, new Service { PodId = default, Name = "web", Port = 5173 });
}
