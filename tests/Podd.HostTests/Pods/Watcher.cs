using System.Diagnostics;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>Asks a pod's service for a page over and over, not by way of podd.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly CancellationTokenSource _end = new();
    private readonly Task<int> _asking;

    public Watcher(string page) => _asking = Ask(new Uri(page));

    /// <summary>Ends it; a request that failed fails the test.</summary>
    public async Task MissedNothing()
    {
        await _end.CancelAsync();
        Assert.True(await _asking > 0, "the service was never asked");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await ((Task)_asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _end.Dispose();
    }

    private async Task<int> Ask(Uri page)
    {
        var answers = 0;
        var slowest = TimeSpan.Zero;
        var begin = Stopwatch.GetTimestamp();
        while (!_end.IsCancellationRequested)
        {
            var asked = Stopwatch.GetElapsedTime(begin);
            try
            {
                using var response = await _client.GetAsync(page, CancellationToken.None);
                response.EnsureSuccessStatusCode();
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                throw new InvalidOperationException($"asked {asked.TotalSeconds:0.0} s after the first time, after {answers} answers (the slowest took {slowest.TotalSeconds:0.0} s): {error.Message}", error);
            }
            var took = Stopwatch.GetElapsedTime(begin) - asked;
            slowest = took > slowest ? took : slowest;
            answers++;
            await Task.Delay(50, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return answers;
    }
}
