using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Api;

public sealed class ServicesApiTests : EnrolledHostTests
{
    private const string Services = "/api/v1/pods/demo/services";
    private const string Links = Services + "/web/links";

    [Fact]
    public async Task A_link_is_made_listed_without_its_secret_and_revoked()
    {
        await Pod();
        using var answer = await Send(HttpMethod.Post, Links, """{"expiresIn":3600}""");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["id", "url", "expiresAt"], made.EnumerateObject().Select(field => field.Name));
        Assert.Matches("^http://web-demo-alice\\.pinacle\\.localhost:8080/\\.pinacle/share/[A-Za-z0-9_-]{22}$", made.GetProperty("url").GetString());
        Assert.InRange(made.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        using var forever = await Send(HttpMethod.Post, Links, """{"expiresIn":null}""");
        Assert.Equal(JsonValueKind.Null, (await forever.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("expiresAt").ValueKind);
        var listed = await alice.GetStringAsync(Links);
        Assert.Contains(made.GetProperty("id").GetString()!, listed, StringComparison.Ordinal);
        Assert.DoesNotContain("share/", listed, StringComparison.Ordinal);
        var one = $"{Links}/{made.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync(one.Replace("/web/", "/other/", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await alice.DeleteAsync(one)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync(one)).StatusCode);
        Assert.Single((await alice.GetFromJsonAsync<JsonElement>(Links)).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("{}", "expiresIn")]
    [InlineData("""{"expiresIn":0}""", "expiresIn")]
    [InlineData("""{"expiresIn":-1}""", "expiresIn")]
    [InlineData("""{"expiresIn":2147483647}""", "expiresIn")]
    [InlineData("""{"expiresIn":"1h"}""", "expiresIn")]
    [InlineData("""{"expiresIn":60,"to":"bob"}""", "to")]
    public async Task What_is_no_life_for_a_link_is_said(string body, string field)
    {
        await Pod();
        using var answer = await Send(HttpMethod.Post, Links, body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal([field], (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task A_service_that_is_not_there_has_no_links()
    {
        await Pod();
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync(Services + "/nothere/links")).StatusCode);
        using var answer = await Send(HttpMethod.Post, Services + "/5173/links", """{"expiresIn":60}""");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Only_who_manages_the_pod_shares_it_or_says_who_may_open_it()
    {
        var id = await Pod();
        using var carol = await stand.Client("carol");
        await using var db = stand.Open();
        var (owner, member) = (await db.Users.SingleAsync(user => user.Slug == "alice"), await db.Users.SingleAsync(user => user.Slug == "carol"));
        var team = new Team { Name = "crew", OwnerId = owner.Id, CreatedAt = TimeProvider.System.GetUtcNow() };
        db.Add(team);
        db.Add(new TeamMember { TeamId = team.Id, UserId = member.Id, Role = TeamRole.Member });
        await db.SaveChangesAsync();
        await db.Pods.ExecuteUpdateAsync(set => set.SetProperty(pod => pod.TeamId, team.Id));
        var services = $"/api/v1/pods/{id}/services";
        Assert.Equal(HttpStatusCode.OK, (await carol.GetAsync(services)).StatusCode);
        foreach (var (method, path, body) in ((HttpMethod, string, string?)[])[
            (HttpMethod.Post, services + "/web/links", """{"expiresIn":60}"""),
            (HttpMethod.Get, services + "/web/links", null),
            (HttpMethod.Delete, $"{services}/web/links/{id}", null),
            (HttpMethod.Put, services, """{"services":[]}""")])
        {
            using var answer = await Send(method, path, body, carol);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_service_is_made_public_and_keeps_its_links_when_what_runs_changes()
    {
        await Pod();
        using var link = await Send(HttpMethod.Post, Links, """{"expiresIn":null}""");
        using var opened = await Send(HttpMethod.Put, Services, """{"services":[{"name":"web","port":8080,"run":"python3 -m http.server \"$PORT\"","access":"public"}]}""");
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Equal("public", (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items")[0].GetProperty("access").GetString());
        using var changed = await Send(HttpMethod.Put, Services, """{"services":[{"name":"web","port":9000,"run":"serve","directory":"site"},{"name":"api","port":3000}]}""");
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var items = (await alice.GetFromJsonAsync<JsonElement>(Services)).GetProperty("items");
        Assert.Equal(["api 3000 private .", "web 9000 public site"], items.EnumerateArray().Select(one => $"{one.GetProperty("name")} {one.GetProperty("port")} {one.GetProperty("access")} {one.GetProperty("directory")}").Order(StringComparer.Ordinal));
        Assert.Single((await alice.GetFromJsonAsync<JsonElement>(Links)).GetProperty("items").EnumerateArray());
        await Eventually.True(() => Task.FromResult(podd.Pods.Values.Any(pod => pod.Spec!.Services.Any(service => service is { Name: "web", Port: 9000 }))));
    }

    [Theory]
    [InlineData("""{"services":[{"name":"web","port":0}]}""")]
    [InlineData("""{"services":[{"name":"web","port":65536}]}""")]
    [InlineData("""{"services":[{"name":"my-web","port":80}]}""")]
    [InlineData("""{"services":[{"name":"web","port":80},{"name":"web","port":81}]}""")]
    [InlineData("""{"services":[{"name":"web","port":80,"directory":"../up"}]}""")]
    [InlineData("""{"services":[{"name":"web","port":80,"run":""}]}""")]
    [InlineData("""{"services":[null]}""")]
    [InlineData("""{"services":null}""")]
    [InlineData("""{}""")]
    public async Task What_is_no_service_is_said_and_changes_nothing(string body)
    {
        await Pod();
        var before = await alice.GetStringAsync(Services);
        using var answer = await Send(HttpMethod.Put, Services, body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal(before, await alice.GetStringAsync(Services));
    }

    [Fact]
    public async Task What_runs_in_a_pod_that_sleeps_and_when_it_sleeps_is_changed_and_the_pod_sleeps_on()
    {
        await Pod();
        using var slept = await Send(HttpMethod.Post, "/api/v1/pods/demo/sleep", null);
        Assert.Equal(HttpStatusCode.Accepted, slept.StatusCode);
        await alice.GetAsync("/api/v1/pods/demo?wait=asleep&timeout=30");
        using var changed = await Send(HttpMethod.Put, Services, """{"services":[{"name":"web","port":9000,"run":"serve","access":"public"}]}""");
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("public", (await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items")[0].GetProperty("access").GetString());
        await Eventually.True(() => Task.FromResult(podd.Pods.Values.Any(pod => pod is { State: PodState.Asleep } && pod.Spec!.Services.Any(service => service is { Name: "web", Port: 9000 }))));
        using var later = await Send(HttpMethod.Patch, "/api/v1/pods/demo", """{"sleepAfter":1800}""");
        Assert.True(later.IsSuccessStatusCode, await later.Content.ReadAsStringAsync());
        await Eventually.True(() => Task.FromResult(podd.Pods.Values.Any(pod => pod is { State: PodState.Asleep, Spec.Sleep.AfterSeconds: 1800 })));
        Assert.Equal("asleep", (await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/demo")).GetProperty("status").GetString());
    }

    private async Task<string> Pod()
    {
        podd.Files["index.html"] = "";
        using var made = await Send(HttpMethod.Post, "/api/v1/pods", """{"name":"demo","tier":"dev.small","repo":"https://git.test/x.git"}""");
        var pod = await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/demo?wait=running&timeout=30");
        Assert.Equal("running", pod.GetProperty("status").GetString());
        return pod.GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> Send(HttpMethod method, string path, string? body, HttpClient? client = null) =>
        (client ?? alice).SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") });
}
