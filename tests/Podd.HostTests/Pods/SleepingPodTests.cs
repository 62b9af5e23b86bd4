using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Tests of a pod that is put to sleep: each has one of its own, of which nothing is left.</summary>
public abstract class SleepingPodTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private protected PoddProcess Host { get; } = podd;

    private protected SleepingPod Pod { get; } = new(podd);

    public Task InitializeAsync() => PoddProcess.Missing is null ? Pod.Make() : Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is null)
            await Pod.DisposeAsync();
    }
}
