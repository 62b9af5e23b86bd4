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
        Assert.Contains((pod.Id.ToString(), "http", "yes"), stand.Podd.Opened);
    }

    [Theory]
    [InlineData("navigate", "?1", "yes")]
    [InlineData("navigate", null, "no")]
    [InlineData("cors", null, "no")]
    [InlineData("no-cors", "?1", "no")]
    public async Task Of_a_browser_only_a_navigation_by_a_person_may_wake(string mode, string? user, string wake)
    {
        var name = $"by{mode.Replace("-", "", StringComparison.Ordinal)}{(user is null ? "itself" : "person")}";
        var pod = await stand.Pod("alice", name, PodState.Asleep);
        using var browser = await stand.Browser();
        using var answer = await browser.Send(Request(name, mode, user));
        Assert.Contains(stand.Podd.Opened, tunnel => tunnel.Pod == pod.Id.ToString() && tunnel.Wake == wake);
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
