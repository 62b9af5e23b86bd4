using System.Text;
using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Pods;
using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

public sealed class LiveTests : PageTests
{
    private readonly CancellationTokenSource late = new();

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        late.CancelAfter(Eventually.Deadline);
    }

    public override async Task DisposeAsync()
    {
        late.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_live_page_gets_every_part_first_and_then_only_what_changes()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Creating);
        await stand.Tell(pod, PodEventKind.Step, "npm install", "install", ProgressKind.Begin);
        using var reader = await alice.Listen($"/pods/{pod.Id}/live", late.Token);
        var first = await Message(reader, "id=\"steps\"", "#steps");
        foreach (var part in new[] { "pod-head", "pod-services", "pod-facts", "pod-activity" })
            Assert.Contains($"id=\"{part}\"", first, StringComparison.Ordinal);

        await stand.Tell(pod, PodEventKind.Output, "added 3 packages", "install");
        var second = await Message(reader, "added 3 packages");
        Assert.Contains("beforeend:#lines-", second, StringComparison.Ordinal);
        Assert.DoesNotContain("pod-head", second, StringComparison.Ordinal);
        Assert.DoesNotContain("npm install", second, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PodState.Creating)]
    [InlineData(PodState.Running)]
    [InlineData(PodState.Asleep)]
    [InlineData(PodState.Stopped)]
    [InlineData(PodState.Failed)]
    public async Task A_live_page_is_fed_whatever_the_pod_is_doing(PodState state)
    {
        var pod = await stand.Seed("alice", "demo", state);
        using var reader = await alice.Listen($"/pods/{pod.Id}/live", late.Token);
        await Message(reader, "id=\"pod-facts\"");
    }

    [Fact]
    public async Task A_page_that_comes_back_gets_the_lines_it_missed_and_no_others()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Creating);
        await stand.Tell(pod, PodEventKind.Step, "npm install", "install", ProgressKind.Begin);
        await stand.Tell(pod, PodEventKind.Output, "seen before", "install");
        await using var db = stand.Open();
        var last = await db.PodEvents.MaxAsync(line => line.Id);
        await stand.Tell(pod, PodEventKind.Output, "came meanwhile", "install");
        using var reader = await alice.Listen($"/pods/{pod.Id}/live?after={last}", late.Token);
        var message = await Message(reader, "came meanwhile");
        Assert.DoesNotContain("seen before", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_deleted_pod_says_so_and_the_stream_ends()
    {
        var pod = await stand.Seed("alice", "demo", PodState.Stopped);
        using var reader = await alice.Listen($"/pods/{pod.Id}/live", late.Token);
        await Message(reader, "pod-head");
        await using var db = stand.Open();
        await db.Pods.Where(one => one.Id == pod.Id).ExecuteDeleteAsync();
        await Message(reader, "This pod is gone.");
        Assert.Contains("event: end", await reader.ReadToEndAsync(late.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dashboard_hears_of_new_pods()
    {
        using var reader = await alice.Listen("/live", late.Token);
        await Message(reader, "You have no pods yet");
        await stand.Seed("alice", "demo", PodState.Running);
        await Message(reader, "demo");
    }

    /// <summary>Reads messages until one contains any of the words; its data.</summary>
    private async Task<string> Message(StreamReader reader, params string[] words)
    {
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.AppendLine(line[6..]);
            if (line.Length > 0)
                continue;
            var message = data.ToString();
            data.Clear();
            if (Array.Exists(words, word => message.Contains(word, StringComparison.Ordinal)))
                return message;
        }

        throw new InvalidOperationException($"the stream ended before {string.Join(" or ", words)}");
    }
}
