using System.Net;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Pods;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class PodPageTests : PageTests
{
    [Fact]
    public async Task A_pod_that_is_made_shows_its_steps_with_their_time_and_output()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Creating, report => report with { Setup = new SetupReport(SetupState.Running, 1, "install") });
        await stand.Tell(pod, PodEventKind.Step, "git clone", "clone", ProgressKind.Begin);
        await stand.Tell(pod, PodEventKind.Output, "Cloning into '/workspace'...", "clone");
        await stand.Tell(pod, PodEventKind.Step, "", "clone", ProgressKind.End, 1.2);
        await stand.Tell(pod, PodEventKind.Step, "npm install", "install", ProgressKind.Begin);
        await stand.Tell(pod, PodEventKind.Output, "added 3 packages", "install");
        var page = await alice.Open($"/pods/{pod.Id}");
        Assert.Equal("creating", page.QuerySelector("#pod-head .chip")!.TextContent);
        var steps = page.QuerySelectorAll("#steps > li");
        Assert.Equal(2, steps.Length);
        Assert.Contains("done in 1.2 s", steps[0].TextContent, StringComparison.Ordinal);
        Assert.False(steps[0].QuerySelector("details")!.HasAttribute("open"));
        Assert.Contains("running", steps[1].QuerySelector(".took")!.TextContent, StringComparison.Ordinal);
        Assert.True(steps[1].QuerySelector("details")!.HasAttribute("open"));
        Assert.Equal("added 3 packages", Assert.Single(steps[1].QuerySelectorAll(".log li")).TextContent);
    }

    [Fact]
    public async Task A_running_pod_shows_its_services_with_state_and_address()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running,
            report => report with { Services = [new ServiceReport("web", 5173, ServiceState.Running, Listening: true), new ServiceReport("api", 3000, ServiceState.BackingOff, Listening: false, Restarts: 4)] },
            new Service { PodId = default, Name = "web", Port = 5173, Run = "npm run dev" }, new Service { PodId = default, Name = "api", Port = 3000 });
        var page = await alice.Open($"/pods/{pod.Id}");
        Assert.Equal("http://web-demo-alice.pinacle.localhost:8080/", page.QuerySelector("#open-web")!.GetAttribute("href"));
        Assert.Equal(["restarting", "listening"], page.QuerySelectorAll("#pod-services .chip").Select(chip => chip.TextContent));
        Assert.NotNull(page.QuerySelector("form[action$='/stop']"));
        Assert.Null(page.QuerySelector("form[action$='/start']"));
    }

    [Fact]
    public async Task A_failed_pod_shows_its_fault_and_offers_retry_and_delete()
    {
        var fault = new Fault(FaultKind.RepositoryUnavailable, "cannot clone https://git.test/demo.git: it does not exist", "remote: not found\nfatal: gone");
        var pod = await stand.Seed("alice", "demo", PodState.Failed, report => report with { Fault = fault });
        var page = await alice.Open($"/pods/{pod.Id}");
        var notice = page.QuerySelector("[role=alert]")!;
        Assert.Contains(fault.Message, notice.TextContent, StringComparison.Ordinal);
        Assert.Equal(fault.Detail, notice.QuerySelector("pre")!.TextContent);
        Assert.NotNull(page.QuerySelector("form[action$='/retry']"));
        Assert.NotNull(page.QuerySelector("a[href$='/delete']"));
    }

    [Fact]
    public async Task A_pod_that_died_says_why_and_can_be_started()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Stopped, report => report with { Death = new DeathCertificate(DeathCause.Oom, "The limit of 1 GB was reached.", TimeProvider.System.GetUtcNow()) });
        var page = await alice.Open($"/pods/{pod.Id}");
        Assert.Contains("ran out of memory", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("form[action$='/start']"));
    }

    [Fact]
    public async Task An_asleep_pod_says_that_it_opens_on_request_and_can_be_woken()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Asleep, with: null, new Service { PodId = default, Name = "web", Port = 5173 });
        var page = await alice.Open($"/pods/{pod.Id}");
        Assert.Equal("asleep, opens on request", page.QuerySelector("#pod-services .chip")!.TextContent);
        Assert.NotNull(page.QuerySelector("form[action$='/wake']"));
        Assert.Null(page.QuerySelector("form[action$='/sleep']"));
        Assert.Contains("It starts from its files", page.QuerySelector("#pod-facts")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_came_back_cold_says_why()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running, report => report with { Wake = new WakeReport(TimeProvider.System.GetUtcNow(), Cold: true, "its memory was made by another processor") });
        var page = await alice.Open($"/pods/{pod.Id}");
        Assert.Contains("Started cold just now: its memory was made by another processor.", page.QuerySelector("#pod-facts .tone-busy")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_is_offered_in_hours_and_can_be_given_back()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running, report => report with { Idle = new IdleReport(IdleState.Active, report.At, "a request 1 s ago") });
        var page = await alice.Open($"/pods/{pod.Id}");
        Assert.Equal(["3600", "14400", "28800"], page.QuerySelectorAll("form[action$='/keep-awake'] button").Select(button => button.GetAttribute("value")));
        var kept = await stand.Seed("alice", "kept", PodState.Running, report => report with { Idle = new IdleReport(IdleState.Active, report.At, "kept awake until 12:00 UTC", AwakeUntil: report.At.AddHours(1)) });
        page = await alice.Open($"/pods/{kept.Id}");
        Assert.Equal("0", Assert.Single(page.QuerySelectorAll("form[action$='/keep-awake'] button")).GetAttribute("value"));
    }

    [Fact]
    public async Task Stop_works_without_scripts_and_leads_back_to_the_pod()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running);
        var page = await alice.Send(await alice.Open($"/pods/{pod.Id}"), "form[action$='/stop']");
        Assert.Equal($"/pods/{pod.Id}", alice.Path);
        Assert.Contains("demo is stopping.", page.QuerySelector("#flash")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(PodIntent.Stopped, await Intent(pod));
    }

    [Fact]
    public async Task Stop_by_htmx_answers_with_the_pages_own_parts()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running);
        var parts = await alice.SendByHtmx(await alice.Open($"/pods/{pod.Id}"), "form[action$='/stop']");
        Assert.Equal(HttpStatusCode.OK, alice.Answer.StatusCode);
        Assert.Equal("true", parts.QuerySelector("#pod-head")!.GetAttribute("hx-swap-oob"));
        Assert.Contains("demo is stopping.", parts.QuerySelector("#flash")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_asks_first_and_then_deletes()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running);
        var question = await alice.Open($"/pods/{pod.Id}/delete");
        Assert.Equal(PodIntent.Running, await Intent(pod));
        var page = await alice.Send(question, "main form[action$='/delete']");
        Assert.Equal("/", alice.Path);
        Assert.Contains("demo is being deleted.", page.QuerySelector("#flash")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(PodIntent.Deleted, await Intent(pod));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/log")]
    [InlineData("/live")]
    [InlineData("/delete")]
    [InlineData("/stop")]
    [InlineData("/sleep")]
    [InlineData("/wake")]
    [InlineData("/keep-awake")]
    public async Task What_one_may_not_see_is_not_there(string below)
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running);
        using var bob = await Visitor.SignedIn(stand.Web, "bob");
        if (below == "/live")
        {
            using var reader = await bob.Listen($"/pods/{pod.Id}/live", CancellationToken.None);
            Assert.DoesNotContain("demo", await reader.ReadToEndAsync(), StringComparison.Ordinal);
            return;
        }

        await bob.Open($"/pods/{pod.Id}{below}");
        Assert.Equal(HttpStatusCode.NotFound, bob.Answer.StatusCode);
    }

    [Fact]
    public async Task A_post_without_the_token_of_a_page_is_refused()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Running);
        await alice.Post($"/pods/{pod.Id}/stop");
        Assert.Equal(HttpStatusCode.BadRequest, alice.Answer.StatusCode);
        Assert.Equal(PodIntent.Running, await Intent(pod));
    }

    [Fact]
    public async Task What_a_pod_prints_is_text_and_never_markup()
    {
        const string Hostile = "<img src=x onerror=alert(1)></li></ol><script>alert(1)</script>\u001b[31mred\u001b[0m\u202e";
        var pod = await stand.Seed("alice", "demo", PodState.Failed, report => report with { Fault = new Fault(FaultKind.Internal, Hostile, Hostile) });
        await stand.Tell(pod, PodEventKind.Step, Hostile, "clone", ProgressKind.Begin);
        await stand.Tell(pod, PodEventKind.Output, Hostile, "clone");
        foreach (var path in new[] { $"/pods/{pod.Id}", $"/pods/{pod.Id}/log", "/" })
        {
            var page = await alice.Open(path);
            Assert.Empty(page.QuerySelectorAll("img[src=x], [onerror]"));
            Assert.All(page.QuerySelectorAll("script"), script => Assert.Empty(script.TextContent));
        }

        var line = Assert.Single((await alice.Open($"/pods/{pod.Id}")).QuerySelectorAll("#steps .log li"));
        Assert.Equal("<img src=x onerror=alert(1)></li></ol><script>alert(1)</script>red", line.TextContent);
        Assert.Equal("red", line.QuerySelector("span.a-1")!.TextContent);
    }

    private async Task<PodIntent> Intent(Pod pod)
    {
        await using var db = stand.Open();
        return await db.Pods.Where(one => one.Id == pod.Id).Select(one => one.Intent).SingleAsync();
    }
}
