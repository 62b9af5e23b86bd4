using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Benchmarks.Pods;

/// <summary>From a request to an asleep pod to its answer, against the cold start of the same pod; and what a pod costs that is asleep.</summary>
public static class WakeRow
{
    private const int Port = 8000;
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(10);

    // An app with something to do before it listens, as dev servers have: here 1.5 s of one core.
    private const string App = "node -e \"for (const end = Date.now() + 1500; Date.now() < end;); require('http').createServer((request, response) => response.end('fine')).listen(8000, '0.0.0.0')\"";

    /// <summary>Measures it.</summary>
    public static async Task<IReadOnlyList<Figure>> Run(PoddUnderTest podd, int rounds)
    {
        var (sleeper, starter) = (await Make(podd, "sleeper"), await Make(podd, "starter"));
        await podd.Act(HttpMethod.Post, $"/v1/pods/{sleeper}/sleep");
        var (cgroup, memory) = (Cgroup.At($"{PoddPlace.Benchmarks.CgroupParent}/{sleeper}"), (await podd.Report(sleeper)).Checkpoint?.Bytes ?? 0);
        var asleep = Directory.Exists($"/sys/fs/cgroup/memory{PoddPlace.Benchmarks.CgroupParent}/{sleeper}") || Directory.Exists($"/sys/fs/cgroup{PoddPlace.Benchmarks.CgroupParent}/{sleeper}") ? cgroup.Memory : 0;
        await Answer(podd, sleeper);
        var race = await new Race(rounds)
            .Add("wake", async record =>
            {
                record("sleep", await podd.Meter.Of(() => podd.Act(HttpMethod.Post, $"/v1/pods/{sleeper}/sleep")));
                record("answer", await podd.Meter.Of(() => Answer(podd, sleeper)));
                record("again", await podd.Meter.Of(() => Answer(podd, sleeper)));
            })
            .Add("cold", async record =>
            {
                await podd.Act(HttpMethod.Post, $"/v1/pods/{starter}/stop");
                record("answer", await podd.Meter.Of(async () =>
                {
                    await podd.Act(HttpMethod.Post, $"/v1/pods/{starter}/start");
                    await Answer(podd, starter);
                }));
            })
            .Run();
        var lost = (await podd.Report(sleeper)).Wake is { Cold: true } cold ? $"; the last wake was cold: {cold.Because}" : "";
        await podd.Remove(sleeper);
        await podd.Remove(starter);
        var (wake, cpu) = (race.Ratio("answer", "wake", "cold", sample => sample.Wall), race.Ratio("answer", "wake", "cold", sample => sample.Cpu));
        var first = race.Wall("wake", "answer");
        return
        [
            new Figure("wake", "request to an asleep pod, to its answer / cold start of the same pod, to its answer", wake.Median, "×", 0.35, wake.Low, wake.High, $"{first.Median * 1000:0} ms against {race.Wall("cold", "answer").Median * 1000:0} ms; a Node server that computes for 1.5 s before it listens, dev.medium{lost}"),
            new Figure("wake", "the same, CPU time", cpu.Median, "×", null, cpu.Low, cpu.High, $"{race.Cpu("wake", "answer").Median:0.00} s against {race.Cpu("cold", "answer").Median:0.00} s"),
            new Figure("wake", "request to an asleep pod of 1 vCPU, to its answer", first.Median, "s", 1, first.Low, first.High, $"the next request takes {race.Wall("wake", "again").Median * 1000:0.0} ms"),
            new Figure("wake", "falling asleep", race.Wall("wake", "sleep").Median, "s", Note: $"{memory / (double)(1 << 20):0} MiB of memory written"),
            new Figure("wake", "memory of an asleep pod", asleep, "bytes", 0),
        ];
    }

    private static async Task<string> Make(PoddUnderTest podd, string name)
    {
        var spec = PoddProcess.Spec(Guid.CreateVersion7().ToString(), name) with { Tier = "dev.medium", Services = [new ServiceSpec("web", Port, App, ".")] };
        await podd.Create(spec);
        await Answer(podd, spec.Id);
        return spec.Id;
    }

    // By one request where podd holds it, and again as long as nothing listens.
    private static async Task Answer(PoddUnderTest podd, string id)
    {
        while (await podd.Podd.Tunnel(id, Port, wake: true) != "fine")
            await Task.Delay(Again);
    }
}
