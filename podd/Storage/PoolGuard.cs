using Pinacle.Contracts;
using Pinacle.Podd.Hosts;

namespace Pinacle.Podd.Storage;

/// <summary>Sees to it that the pool does not run full behind its pods' backs: alerts at 80 and 90 %, no new pods where they would have no room, no start where not even that fits.</summary>
public sealed partial class PoolGuard(PoddOptions options, PoolInspection inspection, TimeProvider time, ILogger<PoolGuard> logger)
{
    /// <summary>New pods are refused when less than this is free.</summary>
    public const long Reserve = 1L << 30;

    /// <summary>No pod is started when less than this is free: its sandbox, guest and services write a little before anybody can clean up.</summary>
    public const long StartReserve = 64L << 20;

    private const string Advice = "delete pods or images, or grow the pool (podd pool grow)";
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private PoolFacts? _facts;
    private long _at;
    private string[] _told = [];

    /// <summary>The pool as it was at most 5 seconds ago.</summary>
    public PoolFacts Facts
    {
        get
        {
            lock (_lock)
            {
                if (_facts is null || time.GetElapsedTime(_at) >= Fresh)
                    (_facts, _at) = (inspection.Look(), time.GetTimestamp());
                return _facts;
            }
        }
    }

    /// <summary>What is to be said of it now.</summary>
    public IReadOnlyList<PoolAlert> Alerts() => [.. Judge(Facts, options.PoolMayOutgrowDisk)];

    /// <summary>Tells the log of what is new among the alerts, and of what is over.</summary>
    public void Watch()
    {
        var alerts = Alerts();
        foreach (var alert in alerts.Where(alert => !_told.Contains(alert.Kind)))
            Log.Alert(logger, alert.Sentence);
        foreach (var over in _told.Where(kind => alerts.All(alert => alert.Kind != kind)))
            Log.Over(logger, options.Pool, over);
        _told = [.. alerts.Select(alert => alert.Kind)];
    }

    /// <summary>Looks whether there is room for one more pod.</summary>
    /// <exception cref="FaultException">There is not; <see cref="FaultKind.HostFull"/>.</exception>
    public void CheckRoomFor(string pod)
    {
        if (Judge(Now(), options.PoolMayOutgrowDisk).FirstOrDefault(alert => alert.Refuses) is { } full)
            throw new FaultException(FaultKind.HostFull, $"cannot make pod {pod} on host {options.Name}: its pool has no room", full.Sentence);
    }

    /// <summary>Looks whether a pod that has its disk can start.</summary>
    /// <exception cref="FaultException">It cannot; <see cref="FaultKind.DiskFull"/>.</exception>
    public void CheckStart(string pod)
    {
        var now = Now();
        if (now.Options.Contains("ro") || now.Free < StartReserve)
            throw new FaultException(FaultKind.DiskFull, $"cannot start pod {pod} on host {options.Name}: its pool is full", Judge(now, options.PoolMayOutgrowDisk).FirstOrDefault(alert => alert.Refuses)?.Sentence);
    }

    /// <summary>Looks whether the memory of a pod that would sleep has room.</summary>
    /// <param name="pod">Its name.</param>
    /// <param name="bytes">What it takes at most.</param>
    /// <exception cref="FaultException">It has not; <see cref="FaultKind.DiskFull"/>.</exception>
    public void CheckSleep(string pod, long bytes)
    {
        if (Now().Free < Reserve + bytes)
            throw new FaultException(FaultKind.DiskFull, $"cannot put pod {pod} to sleep: the pool of host {options.Name} has no room for its memory", Advice);
    }

    internal static IEnumerable<PoolAlert> Judge(PoolFacts pool, bool mayOutgrow)
    {
        if (pool.Format is not "btrfs")
        {
            yield return new PoolAlert("missing", $"the pool at {pool.Folder} is not mounted: mount it", Refuses: true);
            yield break;
        }
        if (pool.Options.Contains("ro"))
            yield return new PoolAlert("read-only", $"the pool at {pool.Folder} is read-only, so nothing in it can change: {(pool.File is null ? "look at its disk (dmesg)" : $"its file {pool.File} has run out of space, or its disk is broken (dmesg)")}; free space, then unmount and mount it", Refuses: true);
        if (Room(pool) is { } room)
            yield return room;
        if (pool.Outgrows && (!mayOutgrow || pool.BelowFree < Reserve))
        {
            yield return new PoolAlert(
                "outgrows",
                $"the file of the pool, {pool.File}, is sparse and may still take {Size.Of(pool.FileGrowth)}, but its disk has {Size.Of(pool.BelowFree)} left: new pods are refused, since the pool breaks when that is used up. Free space on that disk, or give the pool a disk of its own",
                Refuses: true);
        }
    }

    // The kernel's word for free is what can still be written, metadata included: at its end it says 0.
    private static PoolAlert? Room(PoolFacts pool)
    {
        var used = pool.Size == 0 ? 100 : 100.0 * (pool.Size - pool.Free) / pool.Size;
        var found = $"the pool at {pool.Folder} is {Math.Floor(used):0} % full, {Size.Of(pool.Free)} of {Size.Of(pool.Size)} are left";
        return pool.Free < Reserve ? new PoolAlert("full", $"{found}: new pods are refused; {Advice}", Refuses: true)
            : used >= 90 ? new PoolAlert("90 %", $"{found}: new pods will soon be refused; {Advice}")
            : used >= 80 ? new PoolAlert("80 %", $"{found}: {Advice}")
            : null;
    }

    // For a decision: not a moment old.
    private PoolFacts Now()
    {
        lock (_lock)
            _facts = null;
        return Facts;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Alert}")]
        public static partial void Alert(ILogger logger, string alert);

        [LoggerMessage(Level = LogLevel.Information, Message = "the alert of pool {Pool} is over: {Kind}")]
        public static partial void Over(ILogger logger, string pool, string kind);
    }
}
