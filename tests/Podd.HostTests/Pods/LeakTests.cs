using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

public sealed class LeakTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    [SkippableFact]
    public async Task A_podd_that_finds_hundreds_of_leaked_things_answers_first_removes_its_own_and_touches_nothing_else()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        Assert.Null((await podd.Act(HttpMethod.Put, $"/v1/pods/{_id}", PoddProcess.Spec(_id, "lives")))[^1].Fault);
        var sandbox = await Sandbox();
        await podd.Kill();
        await using var leaks = new Leaks(podd);
        await leaks.Make();
        Assert.InRange(leaks.Left().Count, 300, int.MaxValue);

        var first = await podd.Begin();
        Assert.True(first.Reclaiming, "podd answered only when it had looked through everything");
        Assert.Equal(_id, Assert.Single(await podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport)).Id);
        // Asked for in the middle of it: done after it.
        Assert.Equal(PodState.Running, (await podd.Act(HttpMethod.Post, $"/v1/pods/{_id}/start"))[^1].Report!.State);

        await podd.Reclaimed();
        Assert.Empty(leaks.Left());
        Assert.Empty(leaks.Missed());
        Assert.Equal(sandbox, await Sandbox());
        Assert.Equal(0, (await podd.Exec(_id, "true")).ExitCode);
        Assert.True((await podd.Act(HttpMethod.Delete, $"/v1/pods/{_id}"))[^1] is { Done: true, Fault: null });
    }

    private Task<string> Sandbox() => File.ReadAllTextAsync(Path.Combine(podd.Root, "pods", _id, "sandbox.pid"));
}
