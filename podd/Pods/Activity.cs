using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>What last used a pod, and what uses it now.</summary>
public sealed class Activity(TimeProvider time)
{
    /// <summary>A pod is active for so long after the last thing that used it.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private DateTimeOffset _last = time.GetUtcNow();
    private DateTimeOffset _since = time.GetUtcNow();
    private string _what = "its start";
    private int _open;

    /// <summary>Something used the pod just now.</summary>
    /// <param name="what">With its article: "a request".</param>
    public void Note(string what)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _last > Window)
                _since = now;
            (_last, _what) = (now, what);
        }
    }

    /// <summary>Something uses the pod until the result is disposed.</summary>
    public IDisposable Hold(string what)
    {
        Note(what);
        Interlocked.Increment(ref _open);
        return new Held(this, what);
    }

    /// <summary>The same for a person.</summary>
    public IdleReport Report(SetupReport setup, GuestStatus? guest, SleepPolicy policy)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var quiet = now - _last;
            var because = setup.State == SetupState.Running ? $"setup step {setup.Step} is running"
                : guest is { Execs: > 0 } ? "a command is running"
                : _open > 0 ? $"{_what} is open"
                : null;
            if (because is not null || quiet < Window)
                return new IdleReport(IdleState.Active, _since, because ?? $"{_what} {quiet.TotalSeconds:0} s ago");
            var sleepsAt = policy is { AlwaysOn: false, AfterSeconds: > 0 } ? _last + TimeSpan.FromSeconds(policy.AfterSeconds) : (DateTimeOffset?)null;
            return new IdleReport(IdleState.Idle, _last + Window, "nothing uses it", sleepsAt);
        }
    }

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
