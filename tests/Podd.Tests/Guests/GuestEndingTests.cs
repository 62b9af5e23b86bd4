using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

public sealed class GuestEndingTests : RunningGuest
{
    [Fact]
    public async Task Services_end_the_last_first_and_then_the_guest()
    {
        ServiceSpec Service(string name) => new(name, FreePort(), $"trap 'echo {name} >> ended; exit' TERM; echo $$ >> began; while true; do sleep 0.1; done");
        await Configure(Service("first"), Service("second"), Service("third"));
        await Eventually.True(async () => File.Exists(Path.Combine(Workspace, "began")) && (await File.ReadAllLinesAsync(Path.Combine(Workspace, "began"))).Length == 3);
        await Client.Shutdown(CancellationToken.None);
        Assert.Equal(["third", "second", "first"], await File.ReadAllLinesAsync(Path.Combine(Workspace, "ended")));
        Assert.Equal(0, await Ended());
    }

    [Fact]
    public async Task Services_that_ignore_the_request_to_end_cost_one_grace_together()
    {
        ServiceSpec Stubborn(string name) => new(name, FreePort(), "trap '' TERM; echo $$ >> began; while true; do sleep 0.1; done");
        await Configure(Stubborn("first"), Stubborn("second"), Stubborn("third"));
        await Eventually.True(async () => File.Exists(Path.Combine(Workspace, "began")) && (await File.ReadAllLinesAsync(Path.Combine(Workspace, "began"))).Length == 3);
        var began = TimeProvider.System.GetTimestamp();
        await Client.Shutdown(CancellationToken.None);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 9, 18);
        Assert.Equal(0, await Ended());
    }

    [Fact]
    public async Task Files_are_flushed_on_request() => await Client.Sync(CancellationToken.None);
}
