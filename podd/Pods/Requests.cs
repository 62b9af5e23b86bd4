using System.Collections.Concurrent;

namespace Pinacle.Podd.Pods;

/// <summary>What podd carries between clients and a pod, as far as bytes tell: a request is open from what its client says until something comes back.</summary>
public sealed class Requests(TimeProvider time)
{
    private readonly ConcurrentDictionary<Exchange, byte> _exchanges = new();
    private readonly ConcurrentDictionary<int, long> _heard = new();
    private long _moved = time.GetTimestamp();

    /// <summary>Ports that have answered since podd knows the pod.</summary>
    public IEnumerable<int> Answering => _heard.Keys;

    /// <summary>A client is connected to a port, until it is disposed.</summary>
    public Exchange Begin(int port)
    {
        var exchange = new Exchange(this, port);
        _exchanges.TryAdd(exchange, 0);
        return exchange;
    }

    /// <summary>True while a client waits for an answer, of that port or of any.</summary>
    public bool IsOpen(int? port = null) => _exchanges.Keys.Any(exchange => exchange.IsOpen && (port is null || exchange.Port == port));

    /// <summary>For how long no byte has gone either way.</summary>
    public TimeSpan Quiet => time.GetElapsedTime(Volatile.Read(ref _moved));

    /// <summary>True when that port has said something to a client since then.</summary>
    public bool HasAnswered(int port, long since) => _heard.TryGetValue(port, out var at) && at >= since;

    /// <summary>One client at one port.</summary>
    public sealed class Exchange : IDisposable
    {
        private readonly Requests _requests;
        private volatile bool _open;

        internal Exchange(Requests requests, int port) => (_requests, Port) = (requests, port);

        internal int Port { get; }

        internal bool IsOpen => _open;

        /// <summary>The client said something.</summary>
        public void Said()
        {
            _open = true;
            Volatile.Write(ref _requests._moved, _requests.TimeStamp());
        }

        /// <summary>The pod did.</summary>
        public void Heard()
        {
            _open = false;
            var now = _requests.TimeStamp();
            Volatile.Write(ref _requests._moved, now);
            _requests._heard[Port] = now;
        }

        /// <inheritdoc/>
        public void Dispose() => _requests._exchanges.TryRemove(this, out _);
    }

    private long TimeStamp() => time.GetTimestamp();
}
