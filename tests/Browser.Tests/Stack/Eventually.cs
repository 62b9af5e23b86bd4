using System.Diagnostics;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>Waits for facts that nothing announces.</summary>
public static class Eventually
{
    /// <summary>Asks until the answer is not null; fails the test with <paramref name="what"/> after <paramref name="limit"/>.</summary>
    public static async Task<T> Get<T>(string what, TimeSpan limit, Func<Task<T?>> ask)
        where T : class
    {
        var begin = Stopwatch.GetTimestamp();
        Exception? last = null;
        while (Stopwatch.GetElapsedTime(begin) < limit)
        {
            try
            {
                if (await ask() is { } answer)
                    return answer;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
            {
                last = error;
            }
            await Task.Delay(100);
        }
        throw new TimeoutException($"{what}: not within {limit.TotalSeconds:0} s", last);
    }

    /// <summary>The same for a yes or no.</summary>
    public static Task Holds(string what, TimeSpan limit, Func<Task<bool>> ask) =>
        Get<object>(what, limit, async () => await ask() ? what : null);
}
