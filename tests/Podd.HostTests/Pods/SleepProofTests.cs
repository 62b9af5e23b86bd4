using System.Globalization;
using Pinacle.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod in which people work sleeps and wakes again and again, with failures and upgrades between: nothing is lost, and a cold start is told where there was one.</summary>
public sealed class SleepProofTests(FaultyPodd faulty, ITestOutputHelper output) : IClassFixture<FaultyPodd>, IAsyncLifetime
{
    private readonly PoddProcess _podd = faulty.Podd;
    private readonly WorkingPod _pod = new(faulty.Podd);

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        await _podd.Revive();
        await _pod.Make();
    }

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        faulty.Fail();
        await _podd.Revive();
        await _pod.Delete();
    }

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task A_pod_that_sleeps_and_wakes_again_and_again_loses_no_count_no_row_no_keystroke_and_no_process()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var rounds = Proof.Rounds(2, 50);
        for (var round = 0; round < rounds; round++)
        {
            await Sleep();
            await _pod.LostNothing(wake: true);
            await StaysWarm();
        }
        await _pod.Save();
        Proof.Shown(output, $"{rounds} sleeps and wakes of a pod with a server that counts in memory, a database that is written to, a shell and an open editor: no count, row or keystroke lost, the same processes, no cold start");
    }

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task Checkpoints_and_restores_that_fail_lose_nothing_but_what_a_cold_start_is_told_to_lose()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var (rounds, cold) = (Proof.Rounds(2, 20), 0);
        for (var round = 0; round < rounds; round++)
        {
            // A sleep that fails leaves the pod as it is, connections or not.
            faulty.Fail("checkpoint");
            Assert.Equal(FaultKind.Conflict, (await _podd.Act(HttpMethod.Post, _pod.Path + "/sleep"))[^1].Fault?.Kind);
            faulty.Fail();
            await _pod.LostNothing();
            await Sleep();
            if (round % 2 == 0)
            {
                await _pod.LostNothing(wake: true);
                continue;
            }
            faulty.Fail("restore");
            var woken = (await _podd.Act(HttpMethod.Post, _pod.Path + "/wake"))[^1];
            faulty.Fail();
            Assert.True(woken.Report is { State: PodState.Running, Wake: { Cold: true, Because: not null } }, $"{woken.Fault?.Message} {woken.Report?.Wake}");
            cold++;
            await _pod.LostOnlyMemory();
        }
        Proof.Shown(output, $"{rounds} checkpoints that failed: the pod went on each time with all it had; {cold} restores that failed: told as cold starts each time, no row of the database lost");
    }

    [SkippableFact]
    [Trait("Category", "Proof")]
    public async Task Upgrades_of_podd_of_runsc_and_of_the_guest_between_sleep_and_wake_lose_nothing()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var rounds = Proof.Rounds(1, 10);
        for (var round = 0; round < rounds; round++)
        {
            await Sleep();
            await (round % 2 == 0 ? _podd.Stop() : _podd.Kill());
            faulty.Upgrade(round + 2);
            await File.WriteAllTextAsync(Path.Combine(_podd.Guest, "upgrade"), round.ToString(CultureInfo.InvariantCulture)); // another hash: another version
            await _podd.Start();
            Assert.True(await Report() is { State: PodState.Asleep, Checkpoint: not null }, _podd.Log);
            await _pod.LostNothing(wake: true);
            await StaysWarm();
        }
        await _pod.Save();
        Proof.Shown(output, $"{rounds} upgrades of podd, runsc and the guest between sleep and wake: the pod came back each time with its processes and all they knew");
    }

    private async Task Sleep()
    {
        var last = (await _podd.Act(HttpMethod.Post, _pod.Path + "/sleep"))[^1];
        Assert.True(last.Report is { State: PodState.Asleep, Checkpoint: not null }, $"{last.Fault?.Message} {last.Fault?.Detail}");
    }

    private async Task StaysWarm() => Assert.True(await Report() is { State: PodState.Running, Wake.Cold: false }, _podd.Log);

    private Task<PodReport> Report() => _podd.Get(_pod.Path, ContractsJson.Default.PodReport);
}
