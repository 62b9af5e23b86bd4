using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod that does its worst: its neighbour goes on, podd goes on, and the pod can be deleted. (How much slower the neighbour gets, <c>make bench</c> says.)</summary>
[Collection(AloneCollection.Name)]
public sealed class NoiseTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private readonly string _noisy = Guid.CreateVersion7().ToString();
    private readonly string _neighbour = Guid.CreateVersion7().ToString();

    public static TheoryData<string> Kinds => [.. Noise.All.Select(noise => noise.Name)];

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public async Task Neither_podd_nor_another_pod_fails_because_of_it(string kind)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var made = await podd.Act(HttpMethod.Put, $"/v1/pods/{_neighbour}", PoddProcess.Spec(_neighbour, "neighbour", "bob") with { Services = [new ServiceSpec("web", 8000, "python3 -m http.server 8000 --bind 0.0.0.0", ".")] });
        await PoddProcess.Eventually(async () => (await podd.Tunnel(_neighbour, 8000)).Contains("<html", StringComparison.OrdinalIgnoreCase), "the neighbour does not serve");
        Assert.Null((await podd.Act(HttpMethod.Put, $"/v1/pods/{_noisy}", Noise.Spec(_noisy)))[^1].Fault);

        await using (var neighbour = new Watcher($"http://{made[^1].Report!.Address}:8000/"))
        {
            using var body = PoddProcess.Body(new ExecSpec { Command = ["bash", "-c", Noise.All.Single(noise => noise.Name == kind).Command], Timeout = 4 });
            var noise = podd.Http.PostAsync(new Uri($"/v1/pods/{_noisy}/exec", UriKind.Relative), body);
            while (!noise.IsCompleted)
            {
                Assert.False((await podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Reclaiming);
                await Task.WhenAny(noise, Task.Delay(100));
            }
            (await noise).Dispose(); // it may have ended its own pod
            await neighbour.MissedNothing();
        }

        foreach (var id in (string[])[_noisy, _neighbour])
            Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{id}"))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_noisy));
    }
}
