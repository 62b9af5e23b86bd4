using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Pods;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Runsc;
using Xunit;

namespace Pinacle.Podd.HostTests.Runsc;

/// <summary>The tests' own process is the subreaper here, as podd is: what other tests orphan meanwhile would come to it.</summary>
[Collection(AloneCollection.Name)]
public sealed class SandboxExitTests : IDisposable
{
    private const int Sandboxes = 6;
    private const int Commands = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("podd-orphans-").FullName;
    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);

    [Fact]
    public async Task Sandboxes_end_with_their_exit_codes_while_two_hundred_commands_keep_theirs_and_nothing_stays_unreaped()
    {
        using var adoption = Orphans.Adopt();
        var runsc = new RunscClient(TestHost.Runsc, Path.Combine(_folder, "runsc"), _command);
        var ends = new List<Task<ProcessExit?>>();
        for (var code = 0; code < Sandboxes; code++)
            ends.Add(ProcessEnd.Of(await Start(runsc, code)));
        var killed = await Start(runsc, Sandboxes);
        ends.Add(ProcessEnd.Of(killed));

        // From before the first of them ends until after the last, and two hundred at least.
        var (all, next) = (Task.WhenAll(ends), -1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < Commands || !all.IsCompleted;)
            {
                var code = number % 7;
                Assert.Equal(code, (await _command.Run("sh", ["-c", $"exit {code}"], allow: [1, 2, 3, 4, 5, 6])).ExitCode);
                if (number == Commands / 2)
                    _ = LibC.Kill(killed.Pid, LibC.SIGKILL);
            }
        }));

        var exits = await all;
        Assert.Equal<ProcessExit?[]>([.. Enumerable.Range(0, Sandboxes).Select(code => new ProcessExit(code, null)), new ProcessExit(null, LibC.SIGKILL)], exits);
        foreach (var id in runsc.List())
            await runsc.End(id, CancellationToken.None);
        await PoddProcess.Eventually(() => Task.FromResult(Children().Count == 0), $"unreaped: {string.Join(' ', Children())}");
    }

    [Fact]
    public async Task The_exit_of_a_process_that_is_not_a_child_is_not_known()
    {
        var file = Path.Combine(_folder, "pid");
        // Nobody is subreaper: the sleep becomes a child of PID 1.
        await _command.Run("sh", ["-c", "sleep 600 >/dev/null 2>&1 </dev/null & echo $! > \"$0\"", file]);
        var stranger = ProcessIdentity.Of(int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture))!;
        var end = ProcessEnd.Of(stranger);
        Assert.False(end.IsCompleted);
        _ = LibC.Kill(stranger.Pid, LibC.SIGKILL);
        Assert.Null(await end);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<ProcessIdentity> Start(RunscClient runsc, int code)
    {
        var canary = new Canary(_folder, string.Create(CultureInfo.InvariantCulture, $"orphan-{code}"));
        canary.Write(code == Sandboxes ? "sleep 600" : string.Create(CultureInfo.InvariantCulture, $"sleep 4; exit {code}"));
        return runsc.Run(Path.GetFileName(canary.Bundle), canary.Bundle, canary.Log, CancellationToken.None);
    }

    private static IReadOnlyList<string> Children() =>
        [.. Directory.GetDirectories("/proc/self/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
