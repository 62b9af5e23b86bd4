using System.Net;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>Which requests wake a pod that sleeps, and what the others are told.</summary>
public sealed class AsleepTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    [Theory]
    [InlineData(PodState.Asleep)]
    [InlineData(PodState.Sleeping)]
    [InlineData(PodState.Waking)]
    public async Task A_program_that_asks_a_pod_that_sleeps_is_answered_by_its_app(PodState state)
    {
        var name = $"program{state.ToString().ToLowerInvariant()}";
        var pod = await stand.Pod("alice", name, state);
        using var browser = await stand.Browser();
        using var answer = await browser.Send(new HttpRequestMessage(HttpMethod.Get, GatewayStand.Url($"open-{name}-alice", "/headers")));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains((pod.Id.ToString(), "http", "public", "yes"), stand.Podd.Opened);
    }

    [Theory]
    [InlineData("navigate", "?1", "public", "yes")]
    [InlineData("navigate", null, "no", "no")]
    [InlineData("cors", null, "no", "no")]
    [InlineData("no-cors", "?1", "no", "yes")]
    public async Task Of_a_browser_only_a_navigation_by_a_person_may_wake(string mode, string? user, string wake, string person)
    {
        var name = $"by{mode.Replace("-", "", StringComparison.Ordinal)}{(user is null ? "itself" : "person")}";
        var pod = await stand.Pod("alice", name, PodState.Asleep);
        using var browser = await stand.Browser();
        using var answer = await browser.Send(Request(name, mode, user));
        Assert.Contains(stand.Podd.Opened, tunnel => tunnel.Pod == pod.Id.ToString() && tunnel.Wake == wake && tunnel.Person == person);
    }

    [Fact]
    public async Task Who_may_open_the_pod_wakes_it_as_somebody_known()
    {
        var pod = await stand.Pod("alice", "byowner", PodState.Asleep);
        using var program = await stand.Browser();
        using var answer = await program.Get(GatewayStand.Url("open-byowner-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")));
        Assert.Equal(["yes"], stand.Podd.Opened.Where(tunnel => tunnel.Pod == pod.Id.ToString()).Select(tunnel => tunnel.Wake));
        var another = await stand.Pod("alice", "byother", PodState.Asleep);
        using var stranger = await program.Get(GatewayStand.Url("open-byother-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + await stand.Token("bob")));
        Assert.Equal(["public"], stand.Podd.Opened.Where(tunnel => tunnel.Pod == another.Id.ToString()).Select(tunnel => tunnel.Wake));
    }

    [Fact]
    public async Task A_preflight_that_anybody_can_forge_wakes_nothing()
    {
        var pod = await stand.Pod("alice", "preflight", PodState.Asleep);
        using var stranger = await stand.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Options, GatewayStand.Url("web-preflight-alice", "/headers"));
        request.Headers.Add("Origin", GatewayStand.Url("open-preflight-alice").TrimEnd('/'));
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await stranger.Send(request);
        Assert.Contains((pod.Id.ToString(), "http", "no", "no"), stand.Podd.Opened);
        Assert.DoesNotContain(stand.Podd.Opened, tunnel => tunnel.Pod == pod.Id.ToString() && tunnel.Wake != "no");
    }

    [Fact]
    public async Task What_a_page_asks_by_itself_never_travels_on_a_persons_connection()
    {
        var pod = await stand.Pod("alice", "apart");
        using var browser = await stand.Browser();
        foreach (var user in (string?[])["?1", null, "?1", null])
        {
            using var answer = await browser.Send(Request("apart", "navigate", user));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("GET seen", await answer.Content.ReadAsStringAsync());
        }
        Assert.Equal(["no", "yes"], stand.Podd.Opened.Where(tunnel => tunnel.Pod == pod.Id.ToString()).Select(tunnel => tunnel.Person).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reload_by_a_script_gets_a_page_with_a_way_to_open_the_pod()
    {
        var pod = await stand.Pod("alice", "sleepy", PodState.Asleep);
        stand.Podd.Refused[pod.Id.ToString()] = new Fault(FaultKind.PodAsleep, "cannot reach pod sleepy: it is asleep");
        using var browser = await stand.Browser();
        using var answer = await browser.Send(Request("sleepy", "navigate", user: null, "/notes?day=%3C1"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)), (answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("sleepy is asleep", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/notes?day=%3C1\">Open</a>", page, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Refresh"));
    }

    private static HttpRequestMessage Request(string name, string mode, string? user, string path = "/headers")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, GatewayStand.Url($"open-{name}-alice", path));
        request.Headers.Add("Sec-Fetch-Mode", mode);
        request.Headers.Add("Sec-Fetch-Site", "none");
        if (user is not null)
            request.Headers.Add("Sec-Fetch-User", user);
        return request;
    }
}
