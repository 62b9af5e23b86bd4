namespace Pinacle.Podd.Tests.Guests;

/// <summary>Waits for what has no event of its own.</summary>
internal static class Eventually
{
    public static async Task<T> Succeeds<T>(Func<Task<T>> look, TimeSpan limit)
    {
        for (var end = Environment.TickCount64 + (long)limit.TotalMilliseconds; ;)
        {
            try
            {
                return await look();
            }
            catch (Exception) when (Environment.TickCount64 < end)
            {
                await Task.Delay(100);
            }
        }
    }

    public static async Task True(Func<Task<bool>> look, TimeSpan? limit = null)
    {
        for (var end = Environment.TickCount64 + (long)(limit ?? TimeSpan.FromSeconds(30)).TotalMilliseconds; !await look();)
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException("it did not come true");
            await Task.Delay(50);
        }
    }
}
