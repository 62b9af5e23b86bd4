using Pinacle.Web.Tests.Stand;
using Xunit;

namespace Pinacle.Web.Tests.Pages;

/// <summary>Each test has a web of its own, and alice is signed in.</summary>
public abstract class PageTests : IAsyncLifetime
{
    private protected readonly WebStand stand = new();
    private protected Visitor alice = null!;

    public virtual async Task InitializeAsync()
    {
        await stand.InitializeAsync();
        alice = await Visitor.SignedIn(stand.Web, "alice");
    }

    public virtual async Task DisposeAsync()
    {
        alice.Dispose();
        await stand.DisposeAsync();
    }
}
