using System.Net;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>What people get wrong, each with its clear error and nothing left behind.</summary>
[Collection(StackCollection.Name)]
public sealed class BadInputTests(PinacleStack stack)
{
    [Theory]
    [InlineData("absent", "nowhere", null, "cannot clone")]
    [InlineData("locked", "private/secret", null, "cannot clone")]
    [InlineData("nobranch", "bad-branch", "no-such-branch", "no-such-branch")]
    public async Task A_repository_that_cannot_be_cloned_fails_the_pod_with_its_reason_and_leaves_nothing(string name, string repository, string? branch, string reason)
    {
        if (branch is not null)
            await stack.Git.Publish(repository, ("README.md", "x"));
        var before = await Residue.Look();
        using var alice = await PinacleStack.ApiOf("alice");
        var pod = await alice.Create(new { name, repo = GitHost.Url(repository), branch, tier = "dev.small" }, name);
        Assert.Equal("failed", (string)pod["status"]!);
        Assert.Contains(reason, (string)pod["fault"]!["message"]!, StringComparison.Ordinal);
        await alice.Delete(name);
        await Eventually.Holds("nothing is left", TimeSpan.FromSeconds(30), async () => await Residue.Look() == before);
    }

    [Fact]
    public async Task A_broken_pinacle_yaml_names_line_and_column_and_the_pod_stays_up()
    {
        var repository = await stack.Git.Publish("broken", ("pinacle.yaml", "version: 1\nservices:\n  web: [\n"));
        using var alice = await PinacleStack.ApiOf("alice");
        var pod = await alice.Create(new { name = "broken", repo = repository, tier = "dev.small" }, "broken");
        Assert.Equal("running", (string)pod["status"]!);
        Assert.Equal("failed", (string)pod["setup"]!["state"]!);
        Assert.Matches("line [0-9]+, column [0-9]+", (string)pod["setup"]!["message"]!);
        Assert.Equal(0, (await alice.Exec("broken", "true")).ExitCode);
        await alice.Delete("broken");
    }

    [Fact]
    public async Task A_failed_install_leaves_the_pod_up_and_a_retry_mends_it()
    {
        var repository = await stack.Git.Publish("install", ("index.html", "mended"), ("pinacle.yaml", "version: 1\ninstall: test -e /workspace/ready\nservices:\n  web:\n    run: python3 -m http.server 8080\n    port: 8080\n"));
        using var alice = await PinacleStack.ApiOf("alice");
        var pod = await alice.Create(new { name = "install", repo = repository, tier = "dev.small" }, "install");
        Assert.Equal("running", (string)pod["status"]!);
        Assert.Equal("failed", (string)pod["setup"]!["state"]!);
        Assert.Equal(0, (await alice.Exec("install", "touch ready")).ExitCode);
        await alice.Post("pods/install/retry");
        await Eventually.Holds("the service answers after the retry", TimeSpan.FromSeconds(90), async () => (await alice.Visit("web-install-alice")).Body.Contains("mended", StringComparison.Ordinal));
        await alice.Delete("install");
    }

    [Theory]
    [InlineData("has-hyphen")]
    [InlineData("UPPER")]
    [InlineData("waytoolongforapodsname")]
    [InlineData("")]
    public async Task A_name_that_cannot_be_used_is_refused_beside_its_field(string name)
    {
        using var alice = await PinacleStack.ApiOf("alice");
        var (status, problem) = await alice.Refused(HttpMethod.Post, "pods", new { name, tier = "dev.small" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.NotEmpty(problem["errors"]!["name"]!.AsArray());
    }

    [Fact]
    public async Task Unknown_hosts_ports_and_keys_are_each_refused_for_what_they_are()
    {
        using var alice = await PinacleStack.ApiOf("alice");
        await alice.Create(new { name = "quiet", tier = "dev.small" }, "quiet");
        var (status, problem) = await alice.Refused(HttpMethod.Post, "pods", new { name = "quiet", tier = "dev.small" });
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("quiet", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.Visit("web-nopod-alice")).Status);
        Assert.Equal(HttpStatusCode.BadGateway, (await alice.Visit("4321-quiet-alice")).Status);
        using var stranger = new Api("not.a.token");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.Refused(HttpMethod.Get, "me")).Status);
        await alice.Delete("quiet");
    }
}
