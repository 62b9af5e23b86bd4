using Pinacle.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>podd is killed at moments that chance chooses, while acts of every kind run side by side on eight pods. (<see cref="FaultPointTests"/> kills it at each point of one act alone.)</summary>
public sealed class KillTests(PoddProcess podd, ITestOutputHelper output) : IClassFixture<PoddProcess>
{
    private const int Pods = 8;

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task A_podd_that_is_killed_at_any_moment_of_many_acts_finishes_each_and_loses_nothing()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var (kills, seed) = (Proof.Rounds(4, 200), Proof.Seed(output));
        var chance = new Random(seed);
        var pods = Enumerable.Range(0, Pods).Select(n => new DrivenPod(podd, $"driven{n}", new Random(seed + n + 1))).ToArray();

        for (var kill = 0; kill < kills; kill++)
        {
            using var end = new CancellationTokenSource();
            var drivers = pods.Select(pod => pod.Drive(end.Token)).ToArray();
            // Not a wait for something: the moment of the kill.
            await Task.Delay(chance.Next(50, 4000));
            await podd.Kill();
            await end.CancelAsync();
            await Task.WhenAll(drivers);
            await podd.Start();
            await Task.WhenAll(pods.Select(pod => pod.Converges()));
        }

        await Task.WhenAll(pods.Select(pod => pod.End()));
        Assert.Empty(await podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport));
        Assert.Empty(await podd.Residue(pods[0].Id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(podd.Root, "pods")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(podd.Pool, "pods")));
        Proof.Shown(output, $"{kills} kills of podd during {pods.Sum(pod => pod.Acts)} acts on {Pods} pods, {pods.Sum(pod => pod.Cut)} of them cut: each came to its end afterwards, no file was lost, nothing was left (seed {seed})");
    }
}
