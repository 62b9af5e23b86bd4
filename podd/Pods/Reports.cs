using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>Numbers reports and passes each change on to whoever listens.</summary>
public sealed class Reports(Fleet fleet, TimeProvider time)
{
    // A listener that is so far behind is cut off: it comes back and gets everything anew.
    private const int Backlog = 10_000;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly List<Channel<ReportLine>> _listeners = [];
    private long _seq = time.GetUtcNow().ToUnixTimeSeconds() << 24;

    /// <summary>The pod as it is now, with a new number; null where there is nothing to say yet.</summary>
    public PodReport? Of(Pod pod) => pod.Report(Interlocked.Increment(ref _seq));

    /// <summary>Tells the listeners that a pod has changed.</summary>
    public PodReport? Publish(Pod pod)
    {
        lock (_lock)
        {
            var report = Of(pod);
            if (report is not null)
                Send(new ReportLine { Pod = report });
            return report;
        }
    }

    /// <summary>Tells the listeners that a pod is no longer here.</summary>
    public void Removed(string id)
    {
        lock (_lock)
            Send(new ReportLine { Removed = id });
    }

    /// <summary>The host, every pod once, <c>complete</c>, then each change, and a heartbeat every 5 s.</summary>
    /// <param name="host">The host as it is now; asked again for every sixth heartbeat.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ReportLine> Listen(Func<HostReport> host, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ReportLine>(Backlog);
        List<PodReport> all;
        lock (_lock)
        {
            _listeners.Add(channel);
            all = [.. fleet.Pods.Select(Of).OfType<PodReport>()];
        }
        try
        {
            yield return new ReportLine { Host = host() };
            foreach (var report in all)
                yield return new ReportLine { Pod = report };
            // Before everything is looked through, a pod that is not named may still be here.
            while (!fleet.Reclaimed.IsCompleted)
            {
                await Task.WhenAny(fleet.Reclaimed, Task.Delay(Beat, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                yield return new ReportLine { Heartbeat = time.GetUtcNow() };
            }
            yield return new ReportLine { Complete = true };
            using var timer = new PeriodicTimer(Beat, time);
            var (beat, beats) = (timer.WaitForNextTickAsync(cancellationToken).AsTask(), 0);
            var change = channel.Reader.WaitToReadAsync(cancellationToken).AsTask();
            while (true)
            {
                await Task.WhenAny(beat, change);
                while (channel.Reader.TryRead(out var line))
                    yield return line;
                if (change.IsCompleted)
                {
                    if (!await change)
                        yield break;
                    change = channel.Reader.WaitToReadAsync(cancellationToken).AsTask();
                }
                if (beat.IsCompleted)
                {
                    await beat;
                    yield return new ReportLine { Heartbeat = time.GetUtcNow() };
                    if (++beats % 6 == 0)
                        yield return new ReportLine { Host = host() };
                    beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                }
            }
        }
        finally
        {
            lock (_lock)
                _listeners.Remove(channel);
        }
    }

    private void Send(ReportLine line)
    {
        foreach (var listener in _listeners)
        {
            if (!listener.Writer.TryWrite(line))
                listener.Writer.TryComplete();
        }
    }
}
