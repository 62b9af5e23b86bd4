using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Network;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod with hundreds of connections both ways sleeps and wakes again and again: a checkpoint with a single one in it would break it (platform.md).</summary>
public sealed class ConnectionsProofTests(PoddProcess podd, ITestOutputHelper output) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private const int KeptAlive = 200;
    private const int WebSockets = 50;

    // Cores; one process that spins takes 0.65 to 1.
    private const double Idle = 0.4;

    // Each of what it found has a test of its own in SleepObstacleTests, in seconds instead of a minute.
    private static readonly string? NotNow = PoddProcess.Missing ?? (Proof.IsLong ? null : "make proof has the time for it");

    private readonly World _world = new(new HostCommand(NullLogger<HostCommand>.Instance));
    private readonly OutsidePostgres _postgres = new();
    private readonly ConnectedPod _pod = new(podd);

    public async Task InitializeAsync()
    {
        if (NotNow is not null)
            return;
        await _world.Make();
        await _postgres.Start();
        await _pod.Make();
    }

    public async Task DisposeAsync()
    {
        if (NotNow is not null)
            return;
        await _pod.Delete();
        await _postgres.DisposeAsync();
        await _world.DisposeAsync();
    }

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task A_pod_with_three_hundred_connections_sleeps_and_wakes_with_its_processes_which_connect_again_and_are_idle()
    {
        Skip.If(NotNow is not null, NotNow);
        var (rounds, broken) = (Proof.Rounds(1, 30), 0);
        for (var round = 0; round < rounds; round++)
        {
            using var visitors = new Visitors((await Report()).Address!, 8000);
            await visitors.Come(KeptAlive, WebSockets);
            var asleep = (await podd.Act(HttpMethod.Post, _pod.Path + "/sleep"))[^1];
            Assert.True(asleep.Report is { State: PodState.Asleep, Checkpoint: not null }, $"{asleep.Fault?.Message} {asleep.Fault?.Detail}");
            await visitors.AreSentAway();
            await PoddProcess.Eventually(async () => await OutsidePostgres.Clients() == 0, "a database keeps the connection of a pod that sleeps");

            Assert.StartsWith("answered by", await podd.Tunnel(_pod.Id, 8000, wake: true), StringComparison.Ordinal);
            await _pod.Connected();
            var idle = await IsIdle();
            // A wake that came back broken is noticed within ten seconds, and is told as a cold start.
            await Task.Delay(TimeSpan.FromSeconds(Podd.Pods.WakeVerdict.Seconds + 2));
            await _pod.Connected();
            var report = await Report();
            Assert.Equal(PodState.Running, report.State);
            var cold = report.Wake!.Cold;
            if (cold || !idle)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: {(cold ? report.Wake.Because : "it spins, and nobody has noticed")}"));
                broken++;
            }
            Assert.True(await _pod.IsTheSame() || cold, "the processes are not those of before");
        }
        Proof.Shown(output, string.Create(CultureInfo.InvariantCulture, $"{rounds} sleeps and wakes of a pod with {KeptAlive} kept connections, {WebSockets} WebSockets and {ConnectedPod.Dials + 1} connections of its own (node, python, epoll, curl, psql): {broken} came back broken; after all others the same processes, connected again and idle"));
        Assert.True(broken <= rounds / 30, $"{broken} of {rounds} wakes were broken");
    }

    private async Task<bool> IsIdle()
    {
        var cgroup = Cgroup.At($"{podd.Place.CgroupParent}/{_pod.Id}");
        for (var look = 0; look < 15; look++)
        {
            var (cpu, at) = (cgroup.CpuTime, TimeProvider.System.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(1)); // what is measured is how little happens meanwhile
            if ((cgroup.CpuTime - cpu) / TimeProvider.System.GetElapsedTime(at) < Idle)
                return true;
        }
        return false;
    }

    private Task<PodReport> Report() => podd.Get(_pod.Path, ContractsJson.Default.PodReport);
}
