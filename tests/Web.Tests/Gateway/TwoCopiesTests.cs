using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;
using Pinacle.Web.Tests.Stand;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Web.Tests.Gateway;

/// <summary>What is taken back at one copy of web is taken back at all, and no request reaches the wrong pod.</summary>
[Trait("Category", "Proof")]
public sealed class TwoCopiesTests(GatewayStand stand, ITestOutputHelper output) : IClassFixture<GatewayStand>, IAsyncLifetime
{
    private static readonly string? Report = Environment.GetEnvironmentVariable("PINACLE_PROOF");
    private readonly List<AppInPod> apps = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var app in apps)
            await app.DisposeAsync();
    }

    [Fact]
    public async Task What_is_taken_back_at_one_copy_is_taken_back_at_the_other()
    {
        using var browser = new Browser(stand.Web.StartCopy().ClientOptions.BaseAddress.Port);
        using var stranger = new Browser(stand.Web.StartCopy().ClientOptions.BaseAddress.Port);
        var took = new List<(double Milliseconds, string What)>();
        for (var round = 0; round < (Report is null ? 5 : 200); round++)
        {
            var pod = await stand.Pod("alice", $"two{round}");
            var url = await Link(pod);
            using var entry = await browser.Navigate(url);
            await using var db = stand.Web.Open();
            took.Add((await LetThrough(browser, GatewayStand.Url($"web-two{round}-alice", "/headers"), () => db.ShareLinks.ExecuteUpdateAsync(set => set.SetProperty(link => link.RevokedAt, TimeProvider.System.GetUtcNow()))), $"link {round}"));
            var open = GatewayStand.Url($"open-two{round}-alice", "/headers");
            took.Add((await LetThrough(stranger, open, () => db.Services.Where(service => service.PodId == pod.Id).ExecuteUpdateAsync(set => set.SetProperty(service => service.Access, ServiceAccess.Private))), $"service {round}"));
            await db.Services.Where(service => service.PodId == pod.Id).ExecuteUpdateAsync(set => set.SetProperty(service => service.Access, ServiceAccess.Public));
            await Eventually.True(async () =>
            {
                using var answer = await stranger.Get(open);
                return answer.StatusCode == HttpStatusCode.OK;
            });
            took.Add((await LetThrough(stranger, open, () => db.Pods.Where(one => one.Id == pod.Id).ExecuteDeleteAsync()), $"pod {round}"));
        }
        took.Sort();
        Shown(string.Create(CultureInfo.InvariantCulture, $"two copies of web: {took.Count} times a link was revoked, a service made private or a pod deleted; after the commit the other copy let through for {took[took.Count / 2].Milliseconds:0.0} ms (median), {took[took.Count * 99 / 100].Milliseconds:0.0} ms (99 of 100); longest: {string.Join(", ", took.TakeLast(4).Select(one => $"{one.Milliseconds:0.0} ms ({one.What})"))}"));
    }

    [Fact]
    public async Task No_request_reaches_the_wrong_pod_while_pods_come_and_go()
    {
        var (pods, requests) = Report is null ? (40, 2_000) : (500, 100_000);
        for (var count = 0; count < 7; count++)
        {
            apps.Add(new AppInPod { Name = $"app{count}" });
            await apps[^1].InitializeAsync();
        }
        var port = stand.Web.StartCopy().ClientOptions.BaseAddress.Port;

        // What each name led to in the course of time; null while nothing has it.
        var lives = Enumerable.Range(0, 5).Select(_ => new List<string?> { null }).ToArray();
        using var done = new CancellationTokenSource();
        var (asked, answered, wrong, cut) = (0, 0, 0, 0);
        var askers = Enumerable.Range(0, 8).Select(async number =>
        {
            using var browser = new Browser(number % 2 == 0 ? port : stand.Web.Web.ClientOptions.BaseAddress.Port);
            while (!done.IsCancellationRequested || Volatile.Read(ref asked) < requests)
            {
                var name = Interlocked.Increment(ref asked) % lives.Length;
                var before = Count(lives[name]);
                string said;
                try
                {
                    using var answer = await browser.Get(GatewayStand.Url($"open-come{name}-alice", "/name"));
                    if (answer.StatusCode != HttpStatusCode.OK)
                        continue;
                    said = await answer.Content.ReadAsStringAsync();
                }
                catch (HttpRequestException)
                {
                    // What is under way to a pod that is deleted ends with its connection.
                    Interlocked.Increment(ref cut);
                    continue;
                }
                Interlocked.Increment(ref answered);
                if (!Since(lives[name], before).Contains(said))
                    Interlocked.Increment(ref wrong);
            }
        }).ToList();
        for (var count = 0; count < pods; count++)
            await Replace(lives[count % lives.Length], $"come{count % lives.Length}", apps[count % apps.Count]);
        await done.CancelAsync();
        await Task.WhenAll(askers);
        Shown($"{pods} pods came and went under {lives.Length} names: of {asked} requests at two copies of web {answered} were answered by an app, {cut} were cut with a pod that was deleted, and {wrong} reached a wrong one");
        Assert.Equal(0, wrong);
        Assert.True(answered > requests / 20, "hardly a request was answered");
    }

    // The pod of a name ends as a clean-up ends it: refused first, then ended at its host, then forgotten. Another takes its name.
    private async Task Replace(List<string?> life, string name, AppInPod app)
    {
        await using var db = stand.Web.Open();
        if (await db.Pods.SingleOrDefaultAsync(pod => pod.Name == name) is { } old)
        {
            old.Delete(TimeProvider.System.GetUtcNow());
            await db.SaveChangesAsync();
            await stand.Podd.End(old.Id.ToString());
            Add(life, null);
            await db.Pods.Where(pod => pod.Id == old.Id).ExecuteDeleteAsync();
        }
        Add(life, app.Name);
        await stand.Pod("alice", name, app: app);
    }

    private static int Count(List<string?> life)
    {
        lock (life)
            return life.Count;
    }

    private static void Add(List<string?> life, string? name)
    {
        lock (life)
            life.Add(name);
    }

    // From the one that was there when the request began.
    private static List<string?> Since(List<string?> life, int count)
    {
        lock (life)
            return life[(count - 1)..];
    }

    // Milliseconds from the commit to the end of the last answer that came through.
    private static async Task<double> LetThrough(Browser browser, string url, Func<Task> act)
    {
        using (var before = await browser.Get(url))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await act();
        var (committed, last) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (true)
        {
            using var answer = await browser.Get(url);
            if (answer.StatusCode != HttpStatusCode.OK)
                return last.TotalMilliseconds;
            last = Stopwatch.GetElapsedTime(committed);
            Assert.True(last < Eventually.Deadline, "what was taken back is still there");
        }
    }

    private void Shown(string sentence)
    {
        output.WriteLine(sentence);
        if (Report is not null)
            File.AppendAllText(Report, $"- {sentence}\n");
    }

    private async Task<string> Link(Pod pod)
    {
        var alice = new CurrentUser(pod.OwnerId, "alice", IsOperator: false, SessionId: null);
        await using var scope = stand.Web.Web.Services.CreateAsyncScope();
        var found = (await scope.ServiceProvider.GetRequiredService<PodAccess>().Manageable(alice, pod.Id.ToString(), CancellationToken.None))!;
        return (await scope.ServiceProvider.GetRequiredService<ShareLinks>().Make(alice, found, ServiceActs.Find(found, "web"), null, CancellationToken.None)).Url;
    }
}
