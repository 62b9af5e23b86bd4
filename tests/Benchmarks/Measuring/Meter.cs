using System.Diagnostics;

namespace Pinacle.Benchmarks.Measuring;

/// <summary>Takes samples.</summary>
/// <param name="cpu">CPU time so far of everything that counts.</param>
public sealed class Meter(Func<TimeSpan> cpu)
{
    /// <summary>What some work takes.</summary>
    /// <param name="work">The work.</param>
    /// <param name="times">How often it is done; the sample is of one.</param>
    public async Task<Sample> Of(Func<Task> work, int times = 1)
    {
        var (before, clock) = (cpu(), Stopwatch.GetTimestamp());
        for (var time = 0; time < times; time++)
            await work();
        return new Sample(Stopwatch.GetElapsedTime(clock).TotalSeconds / times, (cpu() - before).TotalSeconds / times);
    }
}
