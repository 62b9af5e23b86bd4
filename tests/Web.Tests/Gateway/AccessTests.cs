using System.Net;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class AccessTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    [Fact]
    public async Task Somebody_elses_pod_and_one_that_is_not_there_look_alike()
    {
        await stand.Pod("alice", "hidden");
        using var bob = await stand.Browser("bob");
        using var hidden = await bob.Go(GatewayStand.Url("web-hidden-alice"));
        using var absent = await bob.Go(GatewayStand.Url("web-absent-alice"));
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
        Assert.Equal(Nonceless(await absent.Content.ReadAsStringAsync()), Nonceless(await hidden.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_stranger_is_sent_to_sign_in_whether_the_pod_is_there_or_not()
    {
        await stand.Pod("alice", "secret");
        foreach (var name in (string[])["secret", "nothere"])
        {
            using var stranger = await stand.Browser();
            using var page = await stranger.Navigate(GatewayStand.Url($"web-{name}-alice"));
            Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
            using var handOver = await stranger.Navigate(page.Headers.Location!.ToString());
            Assert.Equal(HttpStatusCode.Redirect, handOver.StatusCode);
            Assert.StartsWith("/sign-in?return=%2Fhand-over", handOver.Headers.Location!.ToString(), StringComparison.Ordinal);
            using var script = await stranger.Get(GatewayStand.Url($"web-{name}-alice"));
            Assert.Equal(HttpStatusCode.Unauthorized, script.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_of_another_person_opens_nothing()
    {
        await stand.Pod("alice", "token");
        using var program = await stand.Browser();
        using var other = await program.Get(GatewayStand.Url("web-token-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + await stand.Token("bob")));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using var forged = await program.Get(GatewayStand.Url("web-token-alice", "/headers"), ("Pinacle-Authorization", "Bearer forged"));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public async Task Access_ends_with_the_session()
    {
        await stand.Pod("alice", "ending");
        using var browser = await stand.Browser("alice");
        using var page = await browser.Go(GatewayStand.Url("web-ending-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await stand.SignOut(browser);
        await Eventually.True(async () =>
        {
            using var answer = await browser.Get(GatewayStand.Url("web-ending-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    [Fact]
    public async Task A_pod_that_is_deleted_is_out_of_reach_after_the_commit()
    {
        var pod = await stand.Pod("alice", "deleted");
        using var browser = await stand.Browser("alice");
        using var page = await browser.Go(GatewayStand.Url("open-deleted-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await using var db = stand.Web.Open();
        (await db.Pods.FindAsync(pod.Id))!.Delete(TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync();
        var begun = TimeProvider.System.GetTimestamp();
        await Eventually.True(async () =>
        {
            using var answer = await browser.Get(GatewayStand.Url("open-deleted-alice", "/headers"));
            return answer.StatusCode != HttpStatusCode.OK;
        });
        Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(1), "the route outlived the pod");
    }

    [Fact]
    public async Task A_pod_made_anew_is_never_reached_by_an_old_connection()
    {
        var pod = await stand.Pod("alice", "epoch");
        using var browser = await stand.Browser();
        using var before = await browser.Get(GatewayStand.Url("open-epoch-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await using var db = stand.Web.Open();
        await db.Pods.Where(one => one.Id == pod.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Epoch, 2));
        await Eventually.True(async () =>
        {
            using var answer = await browser.Get(GatewayStand.Url("open-epoch-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.Conflict;
        });
        stand.Podd.Epochs[pod.Id.ToString()] = 2;
        using var after = await browser.Get(GatewayStand.Url("open-epoch-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task A_service_that_was_public_asks_again_once_it_is_private()
    {
        var pod = await stand.Pod("alice", "closing");
        using var stranger = await stand.Browser();
        using var before = await stranger.Get(GatewayStand.Url("open-closing-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await using var db = stand.Web.Open();
        (await db.Set<Service>().SingleAsync(service => service.PodId == pod.Id && service.Name == "open")).Access = ServiceAccess.Private;
        await db.SaveChangesAsync();
        await Eventually.True(async () =>
        {
            using var answer = await stranger.Get(GatewayStand.Url("open-closing-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    [Fact]
    public async Task A_page_of_a_pod_cannot_act_at_the_main_site()
    {
        using var browser = await stand.Browser("alice");
        using var request = new HttpRequestMessage(HttpMethod.Post, GatewayStand.Site + "/sign-in");
        request.Headers.TryAddWithoutValidation("Origin", GatewayStand.Url("web-evil-mallory").TrimEnd('/'));
        using var answer = await browser.Send(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_team_opens_its_pods_and_nobody_who_has_left_it()
    {
        var pod = await stand.Pod("alice", "shared");
        var (alice, carol, now) = (await stand.User("alice"), await stand.User("carol"), TimeProvider.System.GetUtcNow());
        await using var db = stand.Web.Open();
        var team = new Team { Name = "crew", OwnerId = alice.Id, CreatedAt = now };
        db.Add(team);
        db.Add(new TeamMember { TeamId = team.Id, UserId = carol.Id, Role = TeamRole.Member });
        await db.SaveChangesAsync();
        await db.Pods.Where(one => one.Id == pod.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.TeamId, team.Id));
        using var browser = await stand.Browser("carol");
        using var page = await browser.Go(GatewayStand.Url("web-shared-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await db.TeamMembers.Where(member => member.UserId == carol.Id).ExecuteDeleteAsync();
        await Eventually.True(async () =>
        {
            using var answer = await browser.Get(GatewayStand.Url("web-shared-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.NotFound;
        });
    }

    [Fact]
    public async Task An_operator_sees_no_content_of_anybodys_pod()
    {
        await stand.Pod("alice", "content");
        var operators = await stand.User("oscar");
        await using var db = stand.Web.Open();
        await db.Users.Where(user => user.Id == operators.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.IsOperator, true));
        using var browser = await stand.Browser("oscar");
        using var page = await browser.Go(GatewayStand.Url("web-content-alice", "/headers"));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task A_change_is_noticed_though_the_connection_that_tells_of_it_was_cut()
    {
        var pod = await stand.Pod("alice", "unheard");
        using var stranger = await stand.Browser();
        using var before = await stranger.Get(GatewayStand.Url("open-unheard-alice", "/headers"));
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await using var db = stand.Web.Open();
        await db.Database.ExecuteSqlAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~ '^(LISTEN|SELECT 1$)'");
        (await db.Pods.FindAsync(pod.Id))!.Delete(TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync();
        await Eventually.True(async () =>
        {
            using var answer = await stranger.Get(GatewayStand.Url("open-unheard-alice", "/headers"));
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    private static string Nonceless(string html) => System.Text.RegularExpressions.Regex.Replace(html, "nonce=\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
