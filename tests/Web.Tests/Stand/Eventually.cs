using Xunit;

namespace Pinacle.Web.Tests.Stand;

/// <summary>Waits for what nothing announces, with a deadline.</summary>
public static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task True(Func<Task<bool>> holds)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Deadline, "what was waited for did not come about");
            await Task.Delay(50);
        }
    }
}
