using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Benchmarks;
using Pinacle.Benchmarks.Gateway;
using Pinacle.Benchmarks.Pods;
using Pinacle.Podd.Commands;

// make bench: Benchmarks FOLDER ROUNDS [ROW…]. What is measured, and where the parts are, comes from the environment (packaging/dev/parts.sh).
if (args is not [var folder, var count, .. var asked] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds is < 3 or > 1000)
{
    Console.Error.WriteLine("usage: Benchmarks FOLDER ROUNDS [pods] [idle] [podd] [wake] [gateway] [noise] (3 to 1000 rounds; all rows without one)");
    return 2;
}

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"cannot measure: {name} is not set (use make bench)");

var (runsc, binary) = (Setting("PINACLE_RUNSC"), Setting("PINACLE_PODD"));
var command = new HostCommand(NullLogger<HostCommand>.Instance);
var (at, machine) = (TimeProvider.System.GetUtcNow(), await Machine.Look(command, runsc, binary));
var (figures, failed) = (new List<Figure>(), false);
await using (var podd = await new PoddUnderTest().Start())
{
    var rows = new (string Name, Func<Task<IReadOnlyList<Figure>>> Run)[]
    {
        ("pods", () => PodsRow.Run(podd, command, runsc, rounds)),
        ("idle", () => IdleRow.Run(podd)),
        ("podd", () => DaemonRow.Run(podd, command, binary, Setting("PINACLE_HELLO"))),
        ("wake", () => WakeRow.Run(podd, rounds)),
        ("gateway", () => Gateway(command, rounds)),
        ("noise", () => NoiseRow.Run(podd, rounds)),
    };
    if (asked.Except(rows.Select(row => row.Name)).FirstOrDefault() is { } unknown)
    {
        Console.Error.WriteLine($"cannot measure {unknown}: there is no such row");
        return 2;
    }
    foreach (var (name, run) in rows.Where(row => asked.Length == 0 || asked.Contains(row.Name)))
    {
        Console.Error.WriteLine($"measuring {name} …");
        try
        {
            figures.AddRange(await run());
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The other rows took long, too: they are told.
            Console.Error.WriteLine($"cannot measure {name}: {error}");
            failed = true;
        }
    }
}
var report = new Report(at, machine, Machine.Load(), figures);
await report.Write(folder);
Console.WriteLine(report.Markdown());
return failed ? 1 : 0;

// The product as a whole runs only when bench.sh started it.
static async Task<IReadOnlyList<Figure>> Gateway(HostCommand command, int rounds)
{
    using var instance = new Instance(int.Parse(Setting("PINACLE_BENCH_PORT"), CultureInfo.InvariantCulture), Setting("PINACLE_BENCH_VAR"), Setting("PINACLE_BENCH_TOKEN"), Setting("PINACLE_PODD"));
    return await GatewayRow.Run(instance, command, Setting("PINACLE_YARP"), Setting("PINACLE_BENCH_USER"), rounds);
}
