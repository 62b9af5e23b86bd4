using System.Globalization;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>The record of a pod that runs is damaged while podd is down. podd comes up with all else, leaves that pod alone, and has it back with the record.</summary>
public sealed class UnreadableRecordTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private static readonly ServiceSpec Web = new("web", 8000, "python3 -m http.server 8000 --bind 0.0.0.0", ".");

    private readonly string _damaged = Guid.CreateVersion7().ToString();
    private readonly string _fine = Guid.CreateVersion7().ToString();
    private string _page = "";

    private string Record => Path.Combine(podd.Root, "pods", _damaged, "pod.json");

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        await podd.Revive();
        _page = $"http://{(await Make(_damaged, "damaged")).Address}:8000/";
        await Make(_fine, "fine");
        await PoddProcess.Eventually(async () => (await podd.Tunnel(_damaged, 8000)).Contains("<html", StringComparison.OrdinalIgnoreCase), "the service does not answer");
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        foreach (var pod in await podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport))
            Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{pod.Id}"))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_damaged));
    }

    [SkippableTheory]
    [InlineData("", "it is empty")]
    [InlineData("""{"version":1,"spec":{"id":"01""", "end of string")]
    [InlineData("""{"version":2,"pod":"of the future"}""", "it is of version 2")]
    public async Task Its_pod_is_left_running_reported_failed_and_adopted_once_the_record_is_back(string content, string reason)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await using var visitor = new Watcher(_page);
        var (before, good) = (Sandbox(), await File.ReadAllBytesAsync(Record));
        await podd.Kill();
        await File.WriteAllTextAsync(Record, content);

        await podd.Start();
        var report = await podd.Get($"/v1/pods/{_damaged}", ContractsJson.Default.PodReport);
        Assert.Equal((PodState.Failed, 0), (report.State, report.Epoch));
        Assert.Contains(reason, report.Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(report.Fault, (await podd.Act(HttpMethod.Post, $"/v1/pods/{_damaged}/stop"))[^1].Fault);
        Assert.Contains((await podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Alerts, alert => alert.Contains(_damaged, StringComparison.Ordinal));
        Assert.Equal(0, (await podd.Exec(_fine, "true")).ExitCode);
        // Another pod gets another slot: in the same one it would take the network away.
        var third = await Make(Guid.CreateVersion7().ToString(), "third");
        Assert.NotEqual(new Uri(_page).Host, third.Address);
        Assert.Equal(before, Sandbox());
        Assert.Equal(content, await File.ReadAllTextAsync(Record));

        await podd.Stop();
        await File.WriteAllBytesAsync(Record, good);
        await podd.Start();
        Assert.Equal(PodState.Running, (await podd.Get($"/v1/pods/{_damaged}", ContractsJson.Default.PodReport)).State);
        Assert.Contains("<html", await podd.Tunnel(_damaged, 8000), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, Sandbox());
        await visitor.MissedNothing();
    }

    [SkippableFact]
    public async Task Its_pod_can_be_deleted_by_who_asks_and_leaves_no_trace()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Kill();
        await File.WriteAllTextAsync(Record, "torn");
        await podd.Start();

        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{_damaged}"))[^1] is { Done: true, Fault: null });
        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{_fine}"))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_damaged));
    }

    // A sandbox that was started anew is another process.
    private string Sandbox()
    {
        var sandbox = int.Parse(File.ReadAllText(Path.Combine(podd.Root, "pods", _damaged, "sandbox.pid")), CultureInfo.InvariantCulture);
        return Linux.ProcessIdentity.Of(sandbox)?.ToString() ?? "gone";
    }

    private async Task<PodReport> Make(string id, string name)
    {
        var made = await podd.Act(HttpMethod.Put, $"/v1/pods/{id}", PoddProcess.Spec(id, name) with { Services = [Web], Sleep = new SleepPolicy(0, AlwaysOn: true) });
        Assert.Null(made[^1].Fault);
        return made[^1].Report!;
    }
}
