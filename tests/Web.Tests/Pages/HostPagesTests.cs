using System.Net;
using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class HostPagesTests : PageTests
{
    [Fact]
    public async Task Without_a_host_the_page_leads_to_a_join_command()
    {
        var page = await alice.Open("/hosts");
        Assert.Contains("No host yet", page.QuerySelector("#hosts h2")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#hosts a[href='/hosts/join']"));
    }

    [Fact]
    public async Task A_host_shows_what_it_has_what_it_carries_and_what_is_wrong_with_it()
    {
        await Seed("host-7", host => host.Seen(Report() with { Alerts = ["the pool at /pool is 85 % full"] }, TimeProvider.System.GetUtcNow()));
        var page = await alice.Open("/hosts");
        var text = string.Join(' ', page.QuerySelector("#hosts")!.Descendants<IText>().Select(part => part.Data.Trim()).Where(part => part.Length > 0));
        foreach (var said in new[] { "host-7", "active", "seen just now", "The pool at /pool is 85 % full.", "CPU in use 1.5 of 8 cores", "CPU reserved 3 of 8 cores", "Memory in use 4 GB of 32 GB", "Memory reserved 6 GB of 64 GB", "Pool 85 GB of 100 GB", "2 running", "1 asleep", "0.1.0", "fit", "default", "unix:/nowhere" })
            Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.DoesNotContain("failed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_down_or_whose_runsc_is_unfit_says_so()
    {
        await Seed("gone", host =>
        {
            host.Seen(Report(), TimeProvider.System.GetUtcNow().AddMinutes(-3));
            host.Silent();
        });
        await Seed("odd", host => host.Seen(Report() with { Runtime = new RuntimeReport(RuntimeState.Unfit, "runsc", null, "it lost a file") }, TimeProvider.System.GetUtcNow()));
        var page = await alice.Open("/hosts");
        Assert.Contains("This host is silent.", page.QuerySelector("article:first-child .notice")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("seen 3 min ago", page.QuerySelector("article:first-child header")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("It lost a file.", page.QuerySelector("article:last-child .notice")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_join_command_is_shown_once_and_can_be_revoked()
    {
        var made = await alice.Send(await alice.Open("/hosts/join"), "main form[action='/hosts/join']");
        Assert.StartsWith("sudo podd join http://pinacle.localhost:8080 --token join_", made.QuerySelector("#command")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(made.QuerySelector("#command")!.TextContent, made.QuerySelector("button[data-copy]")!.GetAttribute("data-copy"));
        Assert.True(alice.Answer.Headers.CacheControl?.NoStore);
        var later = await alice.Open("/hosts/join");
        Assert.Null(later.QuerySelector("#command"));
        Assert.DoesNotContain("join_", later.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Contains("waiting for a host", later.QuerySelector("#join-tokens")!.TextContent, StringComparison.Ordinal);
        var after = await alice.Send(later, "form[action$='/revoke']");
        Assert.Contains("is revoked", after.QuerySelector("#flash")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(after.QuerySelectorAll("#join-tokens tr"));
        await using var db = stand.Open();
        Assert.Empty(await db.JoinTokens.ToListAsync());
    }

    [Fact]
    public async Task The_page_of_the_join_commands_names_the_host_that_used_one_as_soon_as_it_does()
    {
        using var late = new CancellationTokenSource(Eventually.Deadline);
        using var hosts = await alice.Listen("/hosts/live", late.Token);
        using var tokens = await alice.Listen("/hosts/join/live", late.Token);
        await Line(hosts, "No host yet", late.Token);
        var podd = new FakePodd { Name = "brand-new" };
        await podd.InitializeAsync();
        try
        {
            await stand.Enrol(podd);
            await Line(hosts, "brand-new", late.Token);
            await Line(tokens, "brand-new", late.Token);
        }
        finally
        {
            await podd.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_pages_of_the_hosts_exist_for_operators_alone_and_end_for_one_who_is_none_any_more()
    {
        using var bob = await Visitor.SignedIn(stand.Web, "bob");
        foreach (var path in new[] { "/hosts", "/hosts/join", "/hosts/live", "/hosts/join/live", $"/hosts/join/{Guid.NewGuid()}/revoke" })
        {
            await bob.Open(path);
            Assert.True(bob.Answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {bob.Answer.StatusCode}");
        }

        var settings = await bob.Open("/settings");
        var token = settings.QuerySelector("input[name='__RequestVerificationToken']")!.GetAttribute("value")!;
        await bob.Post("/hosts/join", ("__RequestVerificationToken", token));
        Assert.Equal(HttpStatusCode.NotFound, bob.Answer.StatusCode);

        using var late = new CancellationTokenSource(Eventually.Deadline);
        using var stream = await alice.Listen("/hosts/live", late.Token);
        await Line(stream, "No host yet", late.Token);
        await using var db = stand.Open();
        Assert.Empty(await db.JoinTokens.ToListAsync());
        await db.Users.ExecuteUpdateAsync(set => set.SetProperty(user => user.IsOperator, false));
        await Seed("secret", _ => { });
        Assert.DoesNotContain("secret", await stream.ReadToEndAsync(late.Token), StringComparison.Ordinal);
    }

    private static async Task Line(StreamReader reader, string word, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(word, StringComparison.Ordinal))
                return;
        }

        throw new InvalidOperationException($"the stream ended before {word}");
    }

    private static HostReport Report() => new()
    {
        Name = "host",
        Version = "0.1.0",
        Contract = ContractVersion.Text,
        BootId = "boot",
        StartedAt = TimeProvider.System.GetUtcNow(),
        Runtime = new RuntimeReport(RuntimeState.Fit, "runsc", null),
        Capacity = new HostCapacity(8, 32L << 30, 100L << 30),
        Use = new HostUse(1.5, 4L << 30, 85L << 30, 3, 6L << 30),
        Pods = new Dictionary<string, int>(StringComparer.Ordinal) { ["running"] = 2, ["asleep"] = 1, ["failed"] = 0 },
        Images = [new ImageReport("default", new string('1', 64), 1, TimeProvider.System.GetUtcNow())],
    };

    private async Task Seed(string name, Action<PodHost> with)
    {
        await using var db = stand.Open();
        var host = new PodHost { Name = name, Address = "unix:/nowhere", CertificateSha256 = "", ApiKeyEncrypted = [], Contract = "1.0", CreatedAt = TimeProvider.System.GetUtcNow() };
        with(host);
        db.Hosts.Add(host);
        await db.SaveChangesAsync();
    }
}
