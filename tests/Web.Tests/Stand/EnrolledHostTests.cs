using Xunit;

namespace Pinacle.Web.Tests.Stand;

/// <summary>Each test has a web of its own with one enrolled host, and a client in alice's name.</summary>
public abstract class EnrolledHostTests : IAsyncLifetime
{
    private protected readonly WebStand stand = new();
    private protected readonly FakePodd podd = new();
    private protected HttpClient alice = null!;

    public async Task InitializeAsync()
    {
        await podd.InitializeAsync();
        await stand.InitializeAsync();
        await stand.Enrol(podd);
        alice = await stand.Client("alice");
    }

    public async Task DisposeAsync()
    {
        alice.Dispose();
        await stand.DisposeAsync();
        await podd.DisposeAsync();
    }
}
