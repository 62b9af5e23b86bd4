using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>How often visitors whom nobody knows may wake a pod: a public URL that scanners find must not keep the pod that it belongs to from ever sleeping.</summary>
public sealed class WakeBudget(TimeProvider time)
{
    /// <summary>Wakes in any hour.</summary>
    public const int Most = 12;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _wakes = new();

    /// <summary>A visitor wakes it.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.PodAsleep"/>, with when it may be woken again.</exception>
    public void Spend(string name)
    {
        lock (_lock)
        {
            Forget();
            if (_wakes.Count >= Most)
                throw new FaultException(FaultKind.PodAsleep, $"cannot wake pod {name} for a visitor: visitors have woken it {Most} times in the last hour", string.Create(CultureInfo.InvariantCulture, $"again from {(_wakes.Peek() + Hour).UtcDateTime:HH:mm} UTC on; who may see the pod can open it at any time"));
            _wakes.Enqueue(time.GetUtcNow());
        }
    }

    private void Forget()
    {
        while (_wakes.TryPeek(out var oldest) && time.GetUtcNow() - oldest >= Hour)
            _wakes.Dequeue();
    }
}
