using System.Globalization;
using Pinacle.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>podd is restarted and upgraded again and again while its pod is used.</summary>
public sealed class AdoptionTests(PoddProcess podd, ITestOutputHelper output) : IClassFixture<PoddProcess>
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task No_restart_and_no_upgrade_of_podd_changes_a_process_of_a_pod_or_fails_a_request_to_it()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var made = await podd.Act(HttpMethod.Put, $"/v1/pods/{_id}", PoddProcess.Spec(_id, "stays") with { Services = [new ServiceSpec("web", 8000, "python3 -m http.server 8000 --bind 0.0.0.0", ".")] });
        Assert.Null(made[^1].Fault);
        await PoddProcess.Eventually(async () => (await podd.Tunnel(_id, 8000)).Contains("<html", StringComparison.OrdinalIgnoreCase), "the service does not answer");
        var before = await Processes();
        await using var visitor = new Watcher($"http://{made[^1].Report!.Address}:8000/");

        var restarts = Proof.Rounds(10, 50);
        for (var restart = 0; restart < restarts; restart++)
        {
            await (restart % 2 == 0 ? podd.Kill() : podd.Stop());
            if (restart % 3 == 0)
                await File.WriteAllTextAsync(Path.Combine(podd.Guest, "upgrade"), restart.ToString(CultureInfo.InvariantCulture)); // another hash: another version
            await podd.Start();
            Assert.Contains("<html", await podd.Tunnel(_id, 8000), StringComparison.OrdinalIgnoreCase);
            Assert.Equal(before, await Processes());
            Assert.Equal(PodState.Running, (await podd.Get($"/v1/pods/{_id}", ContractsJson.Default.PodReport)).State);
        }

        await visitor.MissedNothing();
        var after = await Processes();
        Assert.True(before == after, $"before {before} after {after}: {await podd.Http.GetStringAsync(new Uri($"/v1/pods/{_id}/logs/web", UriKind.Relative))}");
        // The one that the pod runs with, and the newest; those between are gone.
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(podd.Root, "guest")).Length);

        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{_id}"))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
        Proof.Shown(output, $"{restarts} restarts of podd (half of them killed, every third with another guest) under requests to a pod: none failed, no process of the pod changed");
    }

    // Numbers and start times of all but the command that asks.
    private async Task<string> Processes()
    {
        var sandbox = (await File.ReadAllTextAsync(Path.Combine(podd.Root, "pods", _id, "sandbox.pid"))).Trim();
        return sandbox + "\n" + (await podd.Exec(_id, "bash", "-c", "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline | grep -qE '[.]pinacle|http[.]server' && echo ${p#/proc/} $(cut -d' ' -f22 $p/stat); done; true")).Stdout;
    }
}
