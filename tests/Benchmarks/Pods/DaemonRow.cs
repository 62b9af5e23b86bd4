using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Benchmarks.Pods;

/// <summary>podd as a program: its start, memory and size, against the smallest program that is compiled as it is.</summary>
public static class DaemonRow
{
    private const int Rounds = 21;

    /// <summary>Measures it.</summary>
    public static async Task<IReadOnlyList<Figure>> Run(PoddUnderTest podd, HostCommand command, string binary, string hello)
    {
        var meter = new Meter(() => TimeSpan.Zero);
        var race = await new Race(Rounds)
            .Add("podd", async record => record("start", await meter.Of(() => command.Run(binary, ["version"]))))
            .Add("hello", async record => record("start", await meter.Of(() => command.Run(hello, []))))
            .Run();
        var ratio = race.Ratio("start", "podd", "hello", sample => sample.Wall);
        await PoddProcess.Eventually(async () => (await podd.Podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Runtime.State == RuntimeState.Fit, "runsc does not pass the self-test");
        var up = await new Race(5).Add("podd", async record => record("up", await meter.Of(podd.Restart))).Run();
        await Task.Delay(TimeSpan.FromSeconds(10));
        return
        [
            new Figure("podd", "start to the end of `podd version` / hello world, both Native AOT", ratio.Median, "×", 1.5, ratio.Low, ratio.High, $"{race.Wall("podd", "start").Median * 1000:0.0} ms against {race.Wall("hello", "start").Median * 1000:0.0} ms"),
            new Figure("podd", "kill and start to everything reclaimed", up.Wall("podd", "up").Median, "s", Note: "by a caller who asks every 50 ms; no pods, self-test remembered"),
            new Figure("podd", "resident memory, 10 s after its start", podd.Memory / (double)(1 << 20), "MiB", 30),
            new Figure("podd", "size of the binary", new FileInfo(binary).Length / 1e6, "MB", 20),
        ];
    }
}
