using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Benchmarks.Pods;

/// <summary>Create, exec, and stop with delete: podd's API against runsc alone with the same binary and bundle.</summary>
public static class PodsRow
{
    private const int Execs = 20;
    private const int Disks = 500;

    /// <summary>Measures it.</summary>
    public static async Task<IReadOnlyList<Figure>> Run(PoddUnderTest podd, HostCommand command, string runsc, int rounds)
    {
        var template = Spec();
        await podd.Create(template);
        await using var bare = new BareRunsc(command, runsc, Path.Combine(podd.Podd.Root, "pods", template.Id), podd.Podd.Pool);
        var race = await new Race(rounds)
            .Add("podd", sample => Podd(podd, sample))
            .Add("runsc", sample => Bare(bare, sample))
            .Run();
        await podd.Remove(template.Id);

        Figure Ratio(string what, string work, double? goal, string? note = null)
        {
            var ratio = race.Ratio(work, "podd", "runsc", sample => sample.Wall);
            return new Figure("pods", what, ratio.Median, "×", goal, ratio.Low, ratio.High, note);
        }

        Figure Cpu(string what, string work)
        {
            var ratio = race.Ratio(work, "podd", "runsc", sample => sample.Cpu);
            return new Figure("pods", $"{what}, CPU time", ratio.Median, "×", null, ratio.Low, ratio.High, $"{race.Cpu("podd", work).Median:0.000} s against {race.Cpu("runsc", work).Median:0.000} s");
        }

        string Times(string work) => $"{race.Wall("podd", work).Median * 1000:0.0} ms against {race.Wall("runsc", work).Median * 1000:0.0} ms";
        return
        [
            Ratio("create, to the answer of the guest / `runsc run` and the answer of the guest", "create", 1.10, $"{Times("create")}, of which `runsc run` takes {race.Wall("runsc", "run").Median * 1000:0.0} ms; podd makes disk, namespace, link and rules besides, which runsc finds ready"),
            Cpu("create", "create"),
            Ratio("exec of `true` over the API / `runsc exec`", "exec", 0.25, Times("exec")),
            Cpu("exec", "exec"),
            Ratio("stop and delete, nothing left / `runsc delete --force`", "delete", 0.15, $"{Times("delete")}; runsc waits for a process that the machine's first process reaps when it comes to it"),
            Cpu("stop and delete", "delete"),
            await ManyDisks(podd, command, race, rounds),
        ];
    }

    private static async Task Podd(PoddUnderTest podd, Action<string, Sample> record)
    {
        var spec = Spec();
        record("create", await podd.Meter.Of(() => podd.Create(spec)));
        await podd.Podd.Exec(spec.Id, "/bin/true");
        record("exec", await podd.Meter.Of(() => podd.Podd.Exec(spec.Id, "/bin/true"), Execs));
        record("delete", await podd.Meter.Of(() => podd.Remove(spec.Id)));
    }

    private static async Task Bare(BareRunsc bare, Action<string, Sample> record)
    {
        await bare.Prepare();
        var run = await bare.Meter.Of(bare.Start);
        var answer = await bare.Meter.Of(bare.AnswerOfGuest);
        record("run", run);
        record("create", new Sample(run.Wall + answer.Wall, run.Cpu + answer.Cpu));
        await bare.Exec();
        record("exec", await bare.Meter.Of(bare.Exec, Execs));
        record("delete", await bare.Meter.Of(bare.Delete));
        await bare.Clear();
    }

    // Classic qgroups of btrfs make every act slower with every subvolume there is.
    private static async Task<Figure> ManyDisks(PoddUnderTest podd, HostCommand command, Race few, int rounds)
    {
        var image = Directory.GetDirectories(Path.Combine(podd.Podd.Pool, "images"))[0];
        var folder = Directory.CreateDirectory(Path.Combine(podd.Podd.Pool, "many")).FullName;
        for (var disk = 0; disk < Disks; disk++)
            await command.Run("btrfs", ["subvolume", "snapshot", image, Path.Combine(folder, $"{disk}")]);
        var many = await new Race(rounds).Add("podd", sample => Podd(podd, sample)).Run();
        foreach (var disk in Directory.GetDirectories(folder))
            await command.Run("btrfs", ["subvolume", "delete", disk]);
        Directory.Delete(folder);
        var (with, without) = (Whole(many), Whole(few));
        return new Figure("pods", $"create, stop and delete with {Disks} more disks in the pool / without", with / without, "×", 1.10, Note: $"{with * 1000:0} ms against {without * 1000:0} ms; one after the other, not in turns");
    }

    private static double Whole(Race race) => race.Wall("podd", "create").Median + race.Wall("podd", "delete").Median;

    private static PodSpec Spec() => PoddProcess.Spec(Guid.CreateVersion7().ToString(), "raced") with { Tier = "dev.medium" };
}
