using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>What last used a pod, and what uses it now. A connection that is open and silent is no use; what a browser asks of its own accord is, but not for ever.</summary>
/// <param name="time">The clock.</param>
/// <param name="window">A pod is active for so long after the last thing that used it.</param>
/// <param name="idleCores">Cores that one which does nothing may use: an idle sandbox takes some by itself.</param>
public sealed class Activity(TimeProvider time, TimeSpan window, double idleCores)
{
    private const long BusyBytes = 4096;

    // Of a sample that is a part of that; less is a beat or an acknowledgement, which must not make a minute's old traffic new.
    private const long SampleBytes = BusyBytes / 12;

    // What a piece of a stream is more on the link than in a client's hands: heads and acknowledgements.
    private const long PieceBytes = 256;

    // A forgotten tab that polls.
    private static readonly TimeSpan Unattended = TimeSpan.FromHours(4);

    private readonly Lock _lock = new();
    private readonly Queue<(long At, long Bytes)> _traffic = new();
    private DateTimeOffset _last = time.GetUtcNow();
    private DateTimeOffset _person = time.GetUtcNow();
    private DateTimeOffset _tab = DateTimeOffset.MinValue;
    private long _carried;
    private long _linked;
    private DateTimeOffset _since = time.GetUtcNow();
    private DateTimeOffset? _still;
    private string _what = "its start";
    private int _open;

    /// <summary>Somebody used the pod just now, or a program that somebody runs.</summary>
    /// <param name="what">With its article: "a request".</param>
    public void Note(string what)
    {
        lock (_lock)
        {
            _person = time.GetUtcNow();
            Use(what);
        }
    }

    /// <summary>A browser asked something of the pod of its own accord. That is use for at most four hours after somebody did something; after that it still keeps the pod from standing still, so that it can answer, and not from its sleep.</summary>
    public void NoteUnattended(string what)
    {
        lock (_lock)
        {
            _tab = time.GetUtcNow();
            if (_tab - _person < Unattended)
                Use(what);
        }
    }

    /// <summary>Something uses the pod until the result is disposed.</summary>
    public IDisposable Hold(string what)
    {
        Note(what);
        Interlocked.Increment(ref _open);
        return new Held(this, what);
    }

    /// <summary>podd carried so many bytes into the pod or out of it: they are on its link too, and are nobody's download.</summary>
    public void Carried(int bytes) => Interlocked.Add(ref _carried, bytes + (bytes / 16) + PieceBytes);

    /// <summary>What a sample of the pod's own doings showed.</summary>
    /// <param name="cores">Cores used since the last sample.</param>
    /// <param name="bytes">Bytes over its link since the last sample.</param>
    public void Sample(double cores, long bytes)
    {
        lock (_lock)
        {
            // Those of the sample before: what podd carried of them is counted by now.
            var own = _linked - Interlocked.Exchange(ref _carried, 0);
            _linked = bytes;
            _traffic.Enqueue((time.GetTimestamp(), own));
            while (time.GetElapsedTime(_traffic.Peek().At) > window && _traffic.Count > 1)
                _traffic.Dequeue();
            if (cores > idleCores)
                Use(string.Create(CultureInfo.InvariantCulture, $"a process that used {cores:0.0} CPU"));
            else if (own > SampleBytes && _traffic.Sum(sample => sample.Bytes) > BusyBytes)
                Use("network traffic");
        }
    }

    /// <summary>The pod stands still from now on, or goes on.</summary>
    public void Stand(bool still)
    {
        lock (_lock)
            _still = still ? time.GetUtcNow() : null;
    }

    /// <summary>True when nothing has used it for the window's length, and no browser asks anything of it either.</summary>
    /// <param name="record">What podd knows of it.</param>
    /// <param name="guest">What the guest said last.</param>
    public bool IsIdle(PodRecord record, GuestStatus? guest)
    {
        lock (_lock)
            return Now(record, guest) is null && time.GetUtcNow() - Last(record) >= window && !IsTabOpen;
    }

    /// <summary>For how long nothing has used it.</summary>
    /// <param name="record">What podd knows of it.</param>
    /// <param name="guest">What the guest said last.</param>
    public TimeSpan Quiet(PodRecord record, GuestStatus? guest)
    {
        lock (_lock)
            return Now(record, guest) is null ? time.GetUtcNow() - Last(record) : TimeSpan.Zero;
    }

    /// <summary>The same for a person.</summary>
    /// <param name="record">What podd knows of it.</param>
    /// <param name="guest">What the guest said last.</param>
    /// <param name="wakeful">Why it does not sleep although it is time; null when nothing is in the way.</param>
    public IdleReport Report(PodRecord record, GuestStatus? guest, string? wakeful = null)
    {
        lock (_lock)
        {
            var (last, lease) = (Last(record), Lease(record));
            var (quiet, policy) = (time.GetUtcNow() - last, record.Spec.Sleep);
            var sleepsAt = policy is { AlwaysOn: false, AfterSeconds: > 0 } ? (lease ?? last) + TimeSpan.FromSeconds(policy.AfterSeconds) : (DateTimeOffset?)null;
            if (_still is { } since)
                return new IdleReport(IdleState.Frozen, since, wakeful ?? "nothing uses it", sleepsAt);
            var now = Now(record, guest);
            if (now is null && quiet >= window && IsTabOpen)
                return new IdleReport(IdleState.Idle, last + window, wakeful ?? "only an open page asks for something by itself, and nobody has used the pod for 4 h", sleepsAt);
            return now is not null || quiet < window
                ? new IdleReport(IdleState.Active, _since, now ?? Ago(last, quiet), now is null || lease is not null ? sleepsAt : null, lease)
                : new IdleReport(IdleState.Idle, last + window, wakeful ?? "nothing uses it", sleepsAt);
        }
    }

    private bool IsTabOpen => time.GetUtcNow() - _tab < window;

    private void Use(string what)
    {
        var now = time.GetUtcNow();
        if (now - _last > window)
            _since = now;
        (_last, _what) = (now, what);
    }

    private string Ago(DateTimeOffset last, TimeSpan quiet) => $"{(last > _last ? "the end of its lease" : _what)} {quiet.TotalSeconds:0} s ago";

    // A lease that has ended was use up to its end.
    private DateTimeOffset Last(PodRecord record) =>
        record.AwakeUntil is { } until && until > _last && until <= time.GetUtcNow() ? until : _last;

    private DateTimeOffset? Lease(PodRecord record) => record.AwakeUntil > time.GetUtcNow() ? record.AwakeUntil : null;

    private string? Now(PodRecord record, GuestStatus? guest) =>
        record.Setup.State == SetupState.Running ? $"setup step {record.Setup.Step} is running"
        : guest is { Execs: > 0 } ? "a command is running"
        : _open > 0 ? $"{_what} is open"
        : Lease(record) is { } until ? string.Create(CultureInfo.InvariantCulture, $"kept awake until {until.UtcDateTime:HH:mm} UTC")
        : null;

    private sealed class Held(Activity activity, string what) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;
            Interlocked.Decrement(ref activity._open);
            activity.Note(what);
        }
    }
}
