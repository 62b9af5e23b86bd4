using System.Net;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>What people see while a pod comes back, and how long a page of ours asks.</summary>
public sealed class WakingTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    [Fact]
    public async Task A_person_sees_that_the_pod_is_on_its_way_and_a_program_waits_for_it()
    {
        var pod = await stand.Pod("alice", "waking", PodState.Asleep);
        var awake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stand.Podd.Held[pod.Id.ToString()] = awake.Task;
        using var person = await stand.Browser();
        using var program = await stand.Browser();
        var waits = program.Get(GatewayStand.Url("open-waking-alice", "/headers"));
        using var page = await person.Navigate(GatewayStand.Url("open-waking-alice", "/headers"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("waking is waking", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("1", page.Headers.GetValues("Refresh").Single());
        Assert.False(waits.IsCompleted);
        awake.SetResult();
        using var answer = await waits;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_sent_to_a_pod_on_its_way_waits_and_is_not_lost()
    {
        var pod = await stand.Pod("alice", "posting", PodState.Waking);
        var awake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stand.Podd.Held[pod.Id.ToString()] = awake.Task;
        using var person = await stand.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Post, GatewayStand.Url("open-posting-alice", "/upload")) { Content = new StringContent("form") };
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        request.Headers.Add("Sec-Fetch-User", "?1");
        var sent = person.Send(request);
        await Task.WhenAny(sent, Task.Delay(TimeSpan.FromSeconds(2)));
        Assert.False(sent.IsCompleted);
        awake.SetResult();
        using var answer = await sent;
        Assert.Equal("4", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_app_that_takes_its_time_is_waited_for_once_it_has_begun_to_answer()
    {
        await stand.Pod("alice", "slowly", PodState.Waking);
        using var person = await stand.Browser();
        using var answer = await person.Navigate(GatewayStand.Url("open-slowly-alice", "/hang"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync();
        Assert.True(await body.ReadAsync(new byte[16]) > 0);
        var more = body.ReadAsync(new byte[16]).AsTask();
        await Task.WhenAny(more, Task.Delay(TimeSpan.FromSeconds(2)));
        Assert.False(more.IsCompleted);
    }

    [Fact]
    public async Task The_page_that_asks_again_by_itself_goes_on_while_the_pod_wakes()
    {
        var pod = await stand.Pod("alice", "again", PodState.Waking);
        stand.Podd.Refused[pod.Id.ToString()] = new Fault(FaultKind.PodAsleep, "cannot reach pod again: it is asleep");
        using var tab = await stand.Browser();
        using var page = await tab.Get(GatewayStand.Url("open-again-alice"), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"));
        Assert.Equal("1", page.Headers.GetValues("Refresh").Single());
        await using var db = stand.Web.Open();
        await db.Pods.Where(one => one.Id == pod.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Status, PodState.Asleep));
        await Eventually.True(async () =>
        {
            using var asleep = await tab.Get(GatewayStand.Url("open-again-alice"), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"));
            return !asleep.Headers.Contains("Refresh") && (await asleep.Content.ReadAsStringAsync()).Contains("is asleep", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_page_asks_ever_more_seldom_then_no_more_and_anew_when_a_person_comes()
    {
        var pod = await stand.Pod("alice", "nothing");
        stand.Podd.Ports.TryRemove((pod.Id.ToString(), 5173), out _);
        using var tab = await stand.Browser();
        using var first = await tab.Navigate(GatewayStand.Url("open-nothing-alice", "/a?b=c"));
        var waits = new List<string> { Refresh(first) };
        for (var count = 0; count < 8; count++)
        {
            using var page = await tab.Get(GatewayStand.Url("open-nothing-alice", "/a?b=c"), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"));
            waits.Add(Refresh(page));
            if (waits[^1] == "")
                Assert.Contains("<a href=\"/a?b=c\">Try again</a>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(["2", "3", "5", "8", "13", "21", "34", "55", ""], waits);
        using var person = await tab.Navigate(GatewayStand.Url("open-nothing-alice", "/a?b=c"));
        Assert.Equal("2", Refresh(person));

        static string Refresh(HttpResponseMessage page) => page.Headers.TryGetValues("Refresh", out var values) ? values.Single() : "";
    }
}
