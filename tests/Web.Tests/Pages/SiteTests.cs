using System.Net;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class SiteTests : PageTests
{
    [Fact]
    public async Task No_page_has_script_or_style_of_its_own()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running);
        string[] paths = ["/", "/pods/new", $"/pods/{pod.Id}", $"/pods/{pod.Id}/log", $"/pods/{pod.Id}/delete", $"/pods/{pod.Id}/stop", "/settings", "/hosts", "/hosts/join", "/sign-out", "/sign-in/link?token=x", "/nowhere"];
        foreach (var path in paths)
        {
            var page = await alice.Open(path);
            Assert.NotNull(page.QuerySelector("main h1"));
            Assert.Empty(page.QuerySelectorAll("style, script:not([src]), [style]"));
            Assert.DoesNotContain(page.All.SelectMany(element => element.Attributes), attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal));
            var policy = Assert.Single(alice.Answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Everything_that_a_page_names_is_served()
    {
        var page = await alice.Open("/");
        var named = page.QuerySelectorAll("link[href], script[src], img[src]").Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 8);
        foreach (var path in named)
        {
            await alice.Open(path);
            Assert.Equal(HttpStatusCode.OK, alice.Answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_visitor_without_a_session_is_asked_to_sign_in_and_led_back()
    {
        using var visitor = new Visitor(stand.Web);
        var page = await visitor.Open("/settings");
        Assert.StartsWith("/sign-in?return=", visitor.Path, StringComparison.Ordinal);
        await visitor.Send(page, "main form", ("login", "carol"));
        Assert.Equal("/settings", visitor.Path);
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test")]
    public async Task Signing_in_never_leads_to_another_site(string elsewhere)
    {
        using var visitor = new Visitor(stand.Web);
        var page = await visitor.Open("/sign-in?return=" + Uri.EscapeDataString(elsewhere));
        await visitor.Send(page, "main form", ("login", "carol"));
        Assert.Equal("/", visitor.Path);
    }

    [Fact]
    public async Task A_login_that_cannot_be_one_is_explained_beside_its_field()
    {
        using var visitor = new Visitor(stand.Web);
        var page = await visitor.Send(await visitor.Open("/sign-in"), "main form", ("login", "no one"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, visitor.Answer.StatusCode);
        Assert.Contains("letters, digits", page.QuerySelector("#login-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        await alice.Send(await alice.Open("/"), "form[action='/sign-out']");
        await alice.Open("/");
        Assert.StartsWith("/sign-in", alice.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_shown_once_and_can_be_revoked()
    {
        var made = await alice.Send(await alice.Open("/settings"), "main form[action='/settings']", ("name", "laptop"));
        Assert.Equal(3, made.QuerySelector("#token")!.TextContent.Split('.').Length);
        var later = await alice.Open("/settings");
        Assert.Null(later.QuerySelector("#token"));
        Assert.Contains("laptop", later.Body!.TextContent, StringComparison.Ordinal);
        var after = await alice.Send(later, "form[action$='/revoke']");
        Assert.Null(after.QuerySelector("form[action$='/revoke']"));
    }

    [Fact]
    public async Task Hosts_are_for_operators()
    {
        await alice.Open("/hosts");
        Assert.Equal(HttpStatusCode.OK, alice.Answer.StatusCode);
        using var bob = await Visitor.SignedIn(stand.Web, "bob");
        await bob.Open("/hosts");
        Assert.Equal(HttpStatusCode.NotFound, bob.Answer.StatusCode);
        Assert.Null((await bob.Open("/")).QuerySelector("a[href='/hosts']"));
    }
}
