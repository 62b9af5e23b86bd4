using Pinacle.Podd.HostTests.Runsc;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A real podd whose runsc fails when a test says so.</summary>
public class FaultyPodd : IAsyncLifetime
{
    private readonly FaultyRunsc _runsc = new();

    public FaultyPodd()
        : this("")
    {
    }

    /// <summary>One with settings of its own.</summary>
    /// <param name="more">More of podd's settings: <c>"name": value,</c>.</param>
    protected FaultyPodd(string more) => Podd = new PoddProcess(PoddPlace.Tests, runsc: _runsc.Path, more: more);

    /// <summary>podd.</summary>
    public PoddProcess Podd { get; }

    /// <inheritdoc cref="FaultyRunsc.Fail"/>
    public void Fail(params string[] subcommands) => _runsc.Fail(subcommands);

    /// <inheritdoc cref="FaultyRunsc.Hold"/>
    public void Hold(params string[] subcommands) => _runsc.Hold(subcommands);

    /// <inheritdoc cref="FaultyRunsc.Upgrade"/>
    public void Upgrade(int version) => _runsc.Upgrade(version);

    public Task InitializeAsync() => Podd.InitializeAsync();

    public async Task DisposeAsync()
    {
        _runsc.Fail();
        _runsc.Hold();
        await Podd.DisposeAsync();
        _runsc.Dispose();
    }
}
