using System.Diagnostics;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Benchmarks.Pods;

/// <summary>What pods cost that nobody uses, and what podd costs that looks after them.</summary>
public static class IdleRow
{
    private const int Pods = 30;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(60);

    /// <summary>Measures it.</summary>
    public static async Task<IReadOnlyList<Figure>> Run(PoddUnderTest podd)
    {
        var (alone, before) = (await PoddAlone(podd), podd.Memory);
        var ids = new List<string>();
        for (var pod = 0; pod < Pods; pod++)
        {
            var spec = PoddProcess.Spec(Guid.CreateVersion7().ToString(), $"idle{pod}");
            await podd.Create(spec);
            ids.Add(spec.Id);
        }
        while ((await podd.Podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport)).Any(report => !report.Frozen))
            await Task.Delay(200);
        var (pods, own, clock) = (PoddUnderTest.OfPods, podd.Own, Stopwatch.GetTimestamp());
        await Task.Delay(Look);
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        var (ticks, supervision) = ((PoddUnderTest.OfPods - pods).TotalMilliseconds / 10, ((podd.Own - own).TotalSeconds / seconds) - alone);
        var (memory, resident) = (ids.Select(PoddUnderTest.MemoryOf).Average(), podd.Memory);
        foreach (var id in ids)
            await podd.Remove(id);
        return
        [
            new Figure("idle pods", $"CPU of {Pods} frozen pods in {Look.TotalSeconds:0} s", ticks, "ticks", 0),
            new Figure("idle pods", "CPU of podd per frozen pod, above podd without pods", Math.Max(supervision, 0) / Pods * 100, "% of a core", Note: $"podd without pods takes {alone * 100:0.00} %"),
            new Figure("idle pods", "memory of a pod without services", memory / (1 << 20), "MiB", Note: "as its control group counts it: sandbox, its helpers, and the files that they read first"),
            new Figure("idle pods", "memory of podd per pod", (double)(resident - before) / Pods / (1 << 20), "MiB", Note: $"{resident / (1 << 20)} MiB resident with {Pods} pods, {before / (1 << 20)} MiB without"),
        ];
    }

    // Cores, over a quarter of the time that is looked at pods.
    private static async Task<double> PoddAlone(PoddUnderTest podd)
    {
        var (own, clock) = (podd.Own, Stopwatch.GetTimestamp());
        await Task.Delay(Look / 4);
        return (podd.Own - own).TotalSeconds / Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }
}
