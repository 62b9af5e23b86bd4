using System.Net;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Somebody keeps a pod awake. podd is told to freeze after 3 s.</summary>
public sealed class KeepAwakeTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is null)
            Assert.Null((await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "kept")))[^1].Fault);
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
    }

    [SkippableFact]
    public async Task A_pod_that_is_kept_awake_does_not_stand_still_until_its_lease_ends_whoever_restarts_podd()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var until = TimeProvider.System.GetUtcNow().AddSeconds(20);
        var idle = (await Keep(20)).Idle!;
        Assert.Equal(IdleState.Active, idle.State);
        Assert.StartsWith("kept awake until ", idle.Because, StringComparison.Ordinal);
        Assert.InRange(idle.AwakeUntil!.Value, until, until.AddSeconds(5));

        await podd.Kill();
        await podd.Start();
        Assert.Equal(idle.AwakeUntil, (await Report()).Idle!.AwakeUntil);
        // podd looks at every pod each 5 s, and without the lease this one would stand still by now.
        PodReport report = null!;
        await PoddProcess.Eventually(async () => (report = await Report()).Frozen, "the pod does not freeze after its lease");
        Assert.True(report.Idle!.Since >= idle.AwakeUntil, $"it stands still since {report.Idle.Since:O}, before {idle.AwakeUntil:O}");
    }

    [SkippableFact]
    public async Task A_lease_can_be_ended_and_one_wakes_a_pod_that_sleeps()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.NotNull((await Keep(3600)).Idle!.AwakeUntil);
        Assert.Null((await Keep(0)).Idle!.AwakeUntil);
        await PoddProcess.Eventually(async () => (await Report()).Frozen, "the pod does not freeze without its lease");

        Assert.Equal(PodState.Asleep, (await Act("/sleep")).Report!.State);
        Assert.Equal(PodState.Asleep, (await Keep(0)).State);
        var woken = await Keep(3600);
        Assert.True(woken is { State: PodState.Running, Wake.Cold: false, Idle.AwakeUntil: not null }, $"{woken.State} {woken.Wake}");
        // Who asks for sleep has the last word.
        Assert.Equal(PodState.Asleep, (await Act("/sleep")).Report!.State);
        Assert.Null((await Act("/wake")).Report!.Idle!.AwakeUntil);
    }

    [SkippableFact]
    public async Task A_lease_that_cannot_be_is_refused()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        foreach (var seconds in (int[])[-1, KeepAwakeSpec.Longest + 1])
        {
            using var refused = await Post(seconds);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }
        Assert.Equal(PodState.Stopped, (await Act("/stop")).Report!.State);
        using var response = await Post(60);
        var last = JsonSerializer.Deserialize((await response.Content.ReadAsStringAsync()).TrimEnd().Split('\n')[^1], ContractsJson.Default.ProgressLine)!;
        Assert.Equal((FaultKind.Conflict, "cannot keep pod kept awake: it is stopped"), (last.Fault!.Kind, last.Fault.Message));
    }

    private async Task<PodReport> Keep(int seconds)
    {
        using var response = await Post(seconds);
        var last = JsonSerializer.Deserialize((await response.Content.ReadAsStringAsync()).TrimEnd().Split('\n')[^1], ContractsJson.Default.ProgressLine)!;
        Assert.True(last is { Done: true, Fault: null }, last.Fault?.Message);
        return last.Report!;
    }

    private async Task<HttpResponseMessage> Post(int seconds)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new KeepAwakeSpec(seconds), ContractsJson.Default.KeepAwakeSpec), Encoding.UTF8, "application/json");
        return await podd.Http.PostAsync(new Uri(Path + "/keep-awake", UriKind.Relative), body);
    }

    private async Task<ProgressLine> Act(string act)
    {
        var last = (await podd.Act(HttpMethod.Post, Path + act))[^1];
        Assert.True(last is { Done: true, Fault: null }, last.Fault?.Message);
        return last;
    }

    private Task<PodReport> Report() => podd.Get(Path, ContractsJson.Default.PodReport);
}
