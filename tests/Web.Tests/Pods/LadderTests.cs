using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Pods;

/// <summary>Sleep, wake and keep-awake by the API: the host acts, the row follows by its reports.</summary>
public sealed class LadderTests : IAsyncLifetime
{
    private readonly WebStand stand = new();
    private readonly FakePodd podd = new();
    private HttpClient alice = null!;

    public async Task InitializeAsync()
    {
        await stand.InitializeAsync();
        await podd.InitializeAsync();
        await stand.Enrol(podd);
        alice = await stand.Client("alice");
        using var made = await alice.PostAsJsonAsync("/api/v1/pods", new { name = "demo", tier = "dev.small" });
        await Become("running");
    }

    public async Task DisposeAsync()
    {
        alice.Dispose();
        await stand.DisposeAsync();
        await podd.DisposeAsync();
    }

    [Fact]
    public async Task A_pod_goes_to_sleep_and_wakes_when_a_person_says_so()
    {
        Assert.Equal(HttpStatusCode.Accepted, await Post("sleep"));
        await Become("asleep");
        Assert.Equal(HttpStatusCode.Accepted, await Post("wake"));
        await Become("running");
    }

    [Fact]
    public async Task What_cannot_sleep_says_what_holds_it_and_runs_on()
    {
        Assert.Single(podd.Pods).Value.Wakeful = new Fault(FaultKind.Conflict, "cannot put pod demo to sleep: a process keeps its connection to 192.0.2.7:5432");
        using var refused = await alice.PostAsync("/api/v1/pods/demo/sleep", null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("192.0.2.7:5432", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("running", (await Pod()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_lease_keeps_a_pod_awake_until_it_ends_or_is_given_back()
    {
        Assert.Equal(HttpStatusCode.Accepted, await Post("keep-awake", new { seconds = 3600 }));
        await Eventually.True(async () => (await Pod()).GetProperty("idle").GetProperty("awakeUntil").ValueKind == JsonValueKind.String);
        Assert.Equal(HttpStatusCode.Accepted, await Post("keep-awake", new { seconds = 0 }));
        await Eventually.True(async () => (await Pod()).GetProperty("idle").GetProperty("awakeUntil").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task A_lease_wakes_a_pod_that_is_asleep()
    {
        await Post("sleep");
        await Become("asleep");
        Assert.Equal(HttpStatusCode.Accepted, await Post("keep-awake", new { seconds = 60 }));
        await Become("running");
    }

    [Theory]
    [InlineData("""{"seconds":-1}""")]
    [InlineData("""{"seconds":86401}""")]
    [InlineData("""{"seconds":"long"}""")]
    [InlineData("""{"hours":1}""")]
    [InlineData("{}")]
    public async Task A_lease_that_makes_no_sense_is_refused(string lease)
    {
        using var body = new StringContent(lease, System.Text.Encoding.UTF8, "application/json");
        using var refused = await alice.PostAsync("/api/v1/pods/demo/keep-awake", body);
        Assert.True(refused.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, $"{refused.StatusCode}");
    }

    [Theory]
    [InlineData("sleep")]
    [InlineData("wake")]
    [InlineData("keep-awake")]
    public async Task A_stopped_pod_is_on_no_ladder(string act)
    {
        await Post("stop");
        await Become("stopped");
        using var refused = await alice.PostAsJsonAsync($"/api/v1/pods/demo/{act}", new { seconds = 60 });
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("it is stopped", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> Post(string act, object? body = null)
    {
        using var answer = await alice.PostAsJsonAsync($"/api/v1/pods/demo/{act}", body);
        return answer.StatusCode;
    }

    private Task<JsonElement> Pod() => alice.GetFromJsonAsync<JsonElement>("/api/v1/pods/demo");

    private async Task Become(string status) =>
        Assert.Equal(status, (await alice.GetFromJsonAsync<JsonElement>($"/api/v1/pods/demo?wait={status}&timeout=30")).GetProperty("status").GetString());
}
