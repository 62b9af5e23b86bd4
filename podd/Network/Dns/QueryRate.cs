using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace Pinacle.Podd.Network.Dns;

/// <summary>How many queries each pod may make: a bucket of tokens per source address. One pod cannot make the host's resolver busy for the others.</summary>
public sealed class QueryRate(IOptions<NetworkOptions> options, TimeProvider time)
{
    private const int Burst = 4;

    // Source addresses are the slots' (the bridge's table sees to that), so this cannot grow beyond them.
    private readonly ConcurrentDictionary<IPAddress, Bucket> _buckets = new();

    /// <summary>Takes one token; false when there is none.</summary>
    public bool TryTake(IPAddress source)
    {
        double perSecond = options.Value.Dns.QueriesPerSecond;
        var bucket = _buckets.GetOrAdd(source, static (_, full) => new Bucket(full.Tokens, full.Now), (Tokens: perSecond * Burst, Now: time.GetTimestamp()));
        lock (bucket)
        {
            var now = time.GetTimestamp();
            bucket.Tokens = Math.Min(perSecond * Burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
            bucket.At = now;
            if (bucket.Tokens < 1)
                return false;
            bucket.Tokens--;
            return true;
        }
    }

    private sealed class Bucket(double tokens, long at)
    {
        public double Tokens { get; set; } = tokens;

        public long At { get; set; } = at;
    }
}
