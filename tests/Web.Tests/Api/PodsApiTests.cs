using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Api;

public sealed class PodsApiTests : EnrolledHostTests
{
    [Fact]
    public async Task A_pod_has_exactly_the_fields_that_are_promised()
    {
        podd.Files["index.html"] = "";
        using (await Post("""{"name":"shape","tier":"dev.medium","repo":"https://git.test/x.git"}"""))
        {
        }

        var pod = await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/shape?wait=running&timeout=30");
        Assert.Equal(
            ["id", "name", "owner", "team", "status", "frozen", "tier", "image", "repo", "branch", "host", "hostReachable", "sleepAfter", "services", "setup", "idle", "wake", "checkpoint", "usage", "fault", "death", "url", "createdAt", "changedAt"],
            Names(pod));
        Assert.Equal(["name", "port", "run", "directory", "access", "state", "listening", "restarts", "url"], Names(pod.GetProperty("services")[0]));
        Assert.Equal(["state", "step", "message"], Names(pod.GetProperty("setup")));
        Assert.Equal("running private host-1 900", $"{pod.GetProperty("status")} {pod.GetProperty("services")[0].GetProperty("access")} {pod.GetProperty("host")} {pod.GetProperty("sleepAfter")}");
        var list = await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods");
        Assert.Equal(["items", "next"], Names(list));
        var line = (await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/shape/events")).GetProperty("items")[0];
        Assert.Equal(["at", "kind", "message", "data"], Names(line));
    }

    [Theory]
    [InlineData("""{"name":"de-mo","tier":"dev.small"}""", 422, "name")]
    [InlineData("""{"name":"abcdefghijklmnopqrstu","tier":"dev.small"}""", 422, "name")]
    [InlineData("""{"name":"Demo","tier":"dev.small"}""", 422, "name")]
    [InlineData("""{"name":"a","tier":"dev.huge"}""", 422, "tier")]
    [InlineData("""{"name":"a","repo":"file:///etc"}""", 422, "repo")]
    [InlineData("""{"name":"a","repo":"ext::sh -c id"}""", 422, "repo")]
    [InlineData("""{"name":"a","repo":"--upload-pack=x"}""", 422, "repo")]
    [InlineData("""{"name":"a","repo":"https://u:p@h/x.git"}""", 422, "repo")]
    [InlineData("""{"name":"a","repo":"https://h/x.git","branch":"--x"}""", 422, "branch")]
    [InlineData("""{"name":"a","repo":"https://h/x.git","branch":"a..b"}""", 422, "branch")]
    [InlineData("""{"name":"a","env":{"A B":"x"}}""", 422, "env")]
    [InlineData("""{"name":"a","sleepAfter":5}""", 422, "sleepAfter")]
    [InlineData("""{"name":"a","team":"nobody"}""", 422, "team")]
    [InlineData("""{"name":"a","teir":"x"}""", 422, "teir")]
    [InlineData("""{"name":5}""", 422, "name")]
    [InlineData("""{}""", 422, "name")]
    public async Task What_is_wrong_is_said_by_field(string body, int status, string field)
    {
        using var answer = await Post(body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal([field], Names(problem.GetProperty("errors")));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_with_409()
    {
        using (var answer = await Post("""{"name":"taken","tier":"dev.small"}"""))
        {
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            Assert.StartsWith("/api/v1/pods/", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        }

        using var again = await Post("""{"name":"taken","tier":"dev.small"}""");
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Contains("taken", (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").GetProperty("name")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_user_finds_no_pod_and_an_anonymous_visitor_is_told_to_sign_in()
    {
        using var made = await Post("""{"name":"mine","tier":"dev.small"}""");
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var bob = await stand.Client("bob");
        using var nobody = stand.Web.Client();
        foreach (var (method, path) in Routes(id!))
        {
            using var asBob = await bob.SendAsync(Request(method, path));
            Assert.True(asBob.StatusCode == HttpStatusCode.NotFound, $"{method} {path}: {asBob.StatusCode}");
            using var asNobody = await nobody.SendAsync(Request(method, path));
            Assert.True(asNobody.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {asNobody.StatusCode}");
        }

        Assert.Empty((await bob.GetFromJsonAsync<JsonElement>("/api/v1/pods")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Commands_files_ports_and_restarts_reach_the_host()
    {
        podd.Files["index.html"] = "<p>hello";
        using (await Post("""{"name":"content","tier":"dev.small","repo":"https://git.test/x.git"}"""))
        {
        }

        await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/content?wait=running&timeout=30");
        podd.Pods.Values.Single(pod => pod.Spec!.Name == "content").State = PodState.Asleep;
        using var exec = await alice.PostAsJsonAsync("/api/v1/pods/content/exec", new { command = new[] { "true" } });
        Assert.Equal("hello\n", (await exec.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stdout").GetString());
        using var file = await alice.GetAsync("/api/v1/pods/content/files/workspace/index.html");
        Assert.Equal("<p>hello", await file.Content.ReadAsStringAsync());
        Assert.Equal("nosniff", file.Headers.GetValues("X-Content-Type-Options").Single());
        using var none = await alice.GetAsync("/api/v1/pods/content/files/workspace/none");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        var ports = await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/content/ports");
        Assert.Equal("http://5173-content-alice.pinacle.localhost:8080/", ports.GetProperty("items")[0].GetProperty("url").GetString());
        using var restart = await alice.PostAsync("/api/v1/pods/content/services/nope/restart", null);
        Assert.Equal(HttpStatusCode.NotFound, restart.StatusCode);
    }

    [Fact]
    public async Task Events_stream_as_they_happen()
    {
        using (await Post("""{"name":"stream","tier":"dev.small"}"""))
        {
        }

        using var request = Request("GET", "/api/v1/pods/stream/events");
        request.Headers.Accept.Add(new("text/event-stream"));
        using var answer = await alice.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        using var late = new CancellationTokenSource(Eventually.Deadline);
        for (var line = ""; !line.Contains("\"running\"", StringComparison.Ordinal);)
            line = await reader.ReadLineAsync(late.Token) ?? throw new InvalidOperationException("the stream ended");
    }

    [Fact]
    public async Task A_rename_moves_the_urls_and_a_sleep_that_is_too_short_is_refused()
    {
        using (await Post("""{"name":"old","tier":"dev.small"}"""))
        {
        }

        using var renamed = await alice.PatchAsync("/api/v1/pods/old", new StringContent("""{"name":"fresh","sleepAfter":0}""", Encoding.UTF8, "application/json"));
        Assert.Equal("fresh 0", $"{(await renamed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("name")} {(await alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/fresh")).GetProperty("sleepAfter")}");
        using var refused = await alice.PatchAsync("/api/v1/pods/fresh", new StringContent("""{"sleepAfter":3}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    [Fact]
    public async Task The_description_and_health_need_no_token_and_unknown_routes_are_problems()
    {
        using var nobody = stand.Web.Client();
        Assert.Contains("/api/v1/pods", await nobody.GetStringAsync("/api/v1/openapi.json"), StringComparison.Ordinal);
        Assert.Equal("healthy", (await nobody.GetFromJsonAsync<JsonElement>("/health")).GetProperty("status").GetString());
        using var unknown = await alice.GetAsync("/api/v1/nope");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType?.MediaType);
    }

    private static IEnumerable<(string Method, string Path)> Routes(string pod) =>
    [
        ("GET", $"/api/v1/pods/{pod}"), ("PATCH", $"/api/v1/pods/{pod}"), ("POST", $"/api/v1/pods/{pod}/start"), ("POST", $"/api/v1/pods/{pod}/stop"), ("POST", $"/api/v1/pods/{pod}/retry"),
        ("POST", $"/api/v1/pods/{pod}/sleep"), ("POST", $"/api/v1/pods/{pod}/wake"), ("POST", $"/api/v1/pods/{pod}/keep-awake"),
        ("GET", $"/api/v1/pods/{pod}/events"), ("POST", $"/api/v1/pods/{pod}/exec"), ("GET", $"/api/v1/pods/{pod}/files/etc/passwd"), ("GET", $"/api/v1/pods/{pod}/services"),
        ("POST", $"/api/v1/pods/{pod}/services/web/restart"), ("GET", $"/api/v1/pods/{pod}/logs/web"), ("GET", $"/api/v1/pods/{pod}/ports"), ("DELETE", $"/api/v1/pods/{pod}"),
    ];

    private static HttpRequestMessage Request(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method == "PATCH" ? JsonContent.Create(new { name = "x" }) : path.EndsWith("/exec", StringComparison.Ordinal) ? JsonContent.Create(new { command = new[] { "id" } }) : null,
    };

    private static List<string> Names(JsonElement element) => [.. element.EnumerateObject().Select(one => one.Name)];

    private Task<HttpResponseMessage> Post(string body) => alice.PostAsync("/api/v1/pods", new StringContent(body, Encoding.UTF8, "application/json"));
}
