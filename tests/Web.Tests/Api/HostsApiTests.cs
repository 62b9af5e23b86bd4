using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Api;

public sealed class HostsApiTests : EnrolledHostTests
{
    [Fact]
    public async Task A_host_has_exactly_the_fields_that_are_promised()
    {
        JsonElement host = default;
        await Eventually.True(async () =>
        {
            host = (await alice.GetFromJsonAsync<JsonElement>("/api/v1/hosts")).GetProperty("items")[0];
            return host.GetProperty("images").GetArrayLength() > 0;
        });
        Assert.Equal(
            ["id", "name", "address", "state", "version", "contract", "runtime", "capacity", "use", "pods", "images", "alerts", "reclaiming", "startedAt", "seenAt", "createdAt"],
            host.EnumerateObject().Select(one => one.Name));
        Assert.Equal("host-1 active fit default", $"{host.GetProperty("name")} {host.GetProperty("state")} {host.GetProperty("runtime").GetProperty("state")} {host.GetProperty("images")[0].GetProperty("name")}");
        foreach (var name in new[] { "host-1", host.GetProperty("id").GetString() })
            Assert.Equal("host-1", (await alice.GetFromJsonAsync<JsonElement>($"/api/v1/hosts/{name}")).GetProperty("name").GetString());
        using var none = await alice.GetAsync("/api/v1/hosts/host-9");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_host_joins_by_the_command_and_the_token_then_names_it()
    {
        var made = await Make();
        var (id, token, command) = (made.GetProperty("id").GetString(), made.GetProperty("token").GetString()!, made.GetProperty("command").GetString()!);
        Assert.Equal($"sudo podd join http://pinacle.localhost:8080 --token {token}", command);
        Assert.Equal("waiting", (await Token(id)).GetProperty("state").GetString());

        var second = new FakePodd { Name = "host-2" };
        await second.InitializeAsync();
        try
        {
            Assert.Equal(HttpStatusCode.OK, await Join(second, token));
        }
        finally
        {
            await second.DisposeAsync();
        }

        var used = await Token(id);
        Assert.Equal("used host-2", $"{used.GetProperty("state")} {used.GetProperty("host")}");
        Assert.False(used.TryGetProperty("token", out _));
        using var late = await alice.DeleteAsync($"/api/v1/hosts/join-tokens/{id}");
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
        await using var db = stand.Open();
        Assert.Equal(2, await db.JoinTokens.CountAsync(row => row.HostId != null && row.TokenHash.Length == 32));
    }

    [Fact]
    public async Task A_token_that_was_revoked_or_whose_time_is_over_lets_nobody_in()
    {
        var revoked = await Make();
        using (var answer = await alice.DeleteAsync($"/api/v1/hosts/join-tokens/{revoked.GetProperty("id")}"))
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var old = await Make();
        await using (var db = stand.Open())
            await db.JoinTokens.Where(row => row.HostId == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, TimeProvider.System.GetUtcNow()));
        Assert.Equal("expired", (await Token(old.GetProperty("id").GetString())).GetProperty("state").GetString());

        foreach (var token in new[] { revoked, old })
            Assert.Equal(HttpStatusCode.Unauthorized, await Join(podd, token.GetProperty("token").GetString()!));
    }

    [Fact]
    public async Task An_alert_of_a_host_is_in_its_view_and_in_health_which_does_not_tell_strangers_what_it_is()
    {
        podd.Alerts = ["the pool at /pool is 91 % full"];
        await podd.Stop();
        await podd.Start();
        using var nobody = stand.Web.Client();
        JsonElement health = default;
        await Eventually.True(async () =>
        {
            health = await nobody.GetFromJsonAsync<JsonElement>("/health");
            return health.GetProperty("checks").GetProperty("hosts").GetString() == "alerts";
        });
        Assert.Equal("healthy", health.GetProperty("status").GetString());
        Assert.DoesNotContain("pool", health.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(podd.Alerts[0], (await alice.GetFromJsonAsync<JsonElement>("/api/v1/hosts/host-1")).GetProperty("alerts")[0].GetString());
    }

    [Fact]
    public async Task Hosts_exist_for_operators_alone()
    {
        var made = await Make();
        using var bob = await stand.Client("bob");
        using var nobody = stand.Web.Client();
        (string Method, string Path)[] routes =
        [
            ("GET", "/api/v1/hosts"), ("GET", "/api/v1/hosts/host-1"), ("GET", "/api/v1/hosts/join-tokens"), ("POST", "/api/v1/hosts/join-tokens"),
            ("DELETE", $"/api/v1/hosts/join-tokens/{made.GetProperty("id")}"),
        ];
        using var unknown = await bob.GetAsync("/api/v1/nope");
        var nothing = await Detail(unknown);
        foreach (var (method, path) in routes)
        {
            using var asBob = await bob.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            Assert.True(asBob.StatusCode == HttpStatusCode.NotFound, $"{method} {path}: {asBob.StatusCode}");
            Assert.Equal(nothing, await Detail(asBob));
            using var asNobody = await nobody.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            Assert.True(asNobody.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {asNobody.StatusCode}");
        }

        Assert.Equal("waiting", (await Token(made.GetProperty("id").GetString())).GetProperty("state").GetString());
        var description = await nobody.GetStringAsync("/api/v1/openapi.json");
        foreach (var path in new[] { "\"/api/v1/hosts\"", "\"/api/v1/hosts/{host}\"", "\"/api/v1/hosts/join-tokens\"", "\"/api/v1/hosts/join-tokens/{token}\"", "MadeJoinToken" })
            Assert.Contains(path, description, StringComparison.Ordinal);
    }

    private static async Task<string?> Detail(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();

    private async Task<JsonElement> Make()
    {
        using var answer = await alice.PostAsync("/api/v1/hosts/join-tokens", null);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<JsonElement> Token(string? id) =>
        (await alice.GetFromJsonAsync<JsonElement>("/api/v1/hosts/join-tokens")).GetProperty("items").EnumerateArray().Single(token => token.GetProperty("id").GetString() == id);

    private async Task<HttpStatusCode> Join(FakePodd host, string token)
    {
        using var client = stand.Web.Client();
        using var answer = await client.PostAsync(PoddRoutes.Enrol, FakePodd.Json(host.Enrolment(token), ContractsJson.Default.HostEnrolment));
        return answer.StatusCode;
    }
}
