using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class NewPodPageTests : PageTests
{
    [Fact]
    public async Task A_pod_is_made_by_a_plain_form()
    {
        var page = await alice.Send(await alice.Open("/pods/new"), "#new-pod", ("name", " demo "), ("repo", "https://git.test/demo.git"), ("branch", "main"), ("tier", "dev.medium"));
        Assert.StartsWith("/pods/", alice.Path, StringComparison.Ordinal);
        Assert.Equal("demo", page.QuerySelector("h1")!.TextContent);
        await using var db = stand.Open();
        var pod = await db.Pods.SingleAsync();
        Assert.Equal(("demo", "https://git.test/demo.git", "main", "dev.medium"), (pod.Name, pod.GithubRepo, pod.Branch, pod.Tier));
        Assert.Equal("provision-pod", (await db.Jobs.SingleAsync()).Kind);
    }

    [Theory]
    [InlineData("name", "my-pod", "hyphen")]
    [InlineData("name", "abcdefghijklmnopqrstuvwxyz", "20")]
    [InlineData("name", "", "needs a name")]
    [InlineData("repo", "ftp://x/y", "https://")]
    [InlineData("branch", "..", "branch")]
    [InlineData("tier", "dev.huge", "tier")]
    public async Task Bad_input_is_explained_beside_its_field_and_the_rest_is_kept(string field, string value, string said)
    {
        (string Name, string Value)[] typed = [("name", "demo"), ("repo", "https://git.test/demo.git"), ("branch", "main"), ("tier", "dev.large")];
        var page = await alice.Send(await alice.Open("/pods/new"), "#new-pod", [.. typed.Where(one => one.Name != field), (field, value)]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, alice.Answer.StatusCode);
        Assert.Contains(said, page.QuerySelector($"#{field}-error")!.TextContent, StringComparison.Ordinal);
        foreach (var (name, kept) in typed.Where(one => one.Name != field && one.Name != "tier"))
            Assert.Equal(kept, page.QuerySelector<IHtmlInputElement>($"#{name}")!.Value);
        await using var db = stand.Open();
        Assert.False(await db.Pods.AnyAsync());
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_by_form_and_by_preview()
    {
        await alice.Send(await alice.Open("/pods/new"), "#new-pod", ("name", "demo"));
        var page = await alice.SendByHtmx(await alice.Open("/pods/new"), "#new-pod", ("name", "demo"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, alice.Answer.StatusCode);
        Assert.Contains("already", page.QuerySelector("#name-error")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.QuerySelector("header.bar"));
        Assert.Contains("already", (await alice.Open("/pods/new/address?name=demo")).QuerySelector("#name-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preview_shows_the_final_address()
    {
        var part = await alice.Open("/pods/new/address?name=shop");
        Assert.Equal("http://web-shop-alice.pinacle.localhost:8080/", part.QuerySelector("code")!.TextContent);
        Assert.NotEmpty((await alice.Open("/pods/new/address?name=my-shop")).QuerySelector("#name-error")!.TextContent.Trim());
    }
}
