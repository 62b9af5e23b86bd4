using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Pods;

/// <summary>Which slots of this host are taken. The one that a deleted pod had rests for a minute: who still means the old pod by its address (a connection, a cache, a request that was overtaken) finds nobody there, and not somebody else's pod.</summary>
/// <remarks>A restarted podd knows it by <c>{root}/resting/{slot}</c>, an empty file whose time is when the rest began. It is not synced: what a power cut takes away with it has taken the connections, too.</remarks>
public sealed partial class Slots(AddressPlan plan, PoddOptions options, TimeProvider time, ILogger<Slots> logger)
{
    /// <summary>How long a slot rests, unless no other is free.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly HashSet<int> _taken = [];
    private readonly Dictionary<int, DateTimeOffset> _resting = [];

    private string Folder => Path.Combine(options.Root, "resting");

    /// <summary>Reads which slots rest since before podd was started.</summary>
    public void Load()
    {
        lock (_lock)
        {
            foreach (var mark in Directory.Exists(Folder) ? new DirectoryInfo(Folder).EnumerateFiles() : [])
            {
                if (int.TryParse(mark.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var slot) && slot < plan.Slots)
                    _resting[slot] = new DateTimeOffset(mark.LastWriteTimeUtc, TimeSpan.Zero);
            }
            Wake();
        }
    }

    /// <summary>Takes the lowest slot that is free and rested; where there is none, the free one that has rested longest.</summary>
    public int Take()
    {
        lock (_lock)
        {
            Wake();
            var slot = Enumerable.Range(0, plan.Slots).FirstOrDefault(slot => !_taken.Contains(slot) && !_resting.ContainsKey(slot), -1);
            if (slot < 0)
                slot = _resting.Where(rest => !_taken.Contains(rest.Key)).OrderBy(rest => rest.Value).Select(rest => rest.Key).FirstOrDefault(-1);
            if (slot < 0)
                throw new FaultException(FaultKind.HostFull, "cannot take another pod: every slot of this host is in use");
            _taken.Add(slot);
            Forget(slot);
            return slot;
        }
    }

    /// <summary>Takes a certain slot: of a pod that was found.</summary>
    /// <returns>False when another has it.</returns>
    public bool Take(int slot)
    {
        lock (_lock)
            return _taken.Add(slot);
    }

    /// <summary>The slot's rest begins. Called before the record that holds the slot goes, so that a podd that is killed in between does not forget it.</summary>
    public void Rest(int slot)
    {
        lock (_lock)
        {
            Wake();
            _resting[slot] = time.GetUtcNow();
            try
            {
                Directory.CreateDirectory(Folder);
                File.WriteAllBytes(MarkOf(slot), []);
                File.SetLastWriteTimeUtc(MarkOf(slot), _resting[slot].UtcDateTime);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A full disk must not keep a pod from being deleted. This podd knows of the rest without it.
                Log.NotMarked(logger, error, slot);
            }
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Release(int slot)
    {
        lock (_lock)
            _taken.Remove(slot);
    }

    // A mark from the future is of a clock that was set since; no rest is longer than the pause.
    private void Wake()
    {
        var now = time.GetUtcNow();
        foreach (var (slot, _) in _resting.Where(rest => (now - rest.Value).Duration() >= Pause).ToArray())
            Forget(slot);
    }

    private void Forget(int slot)
    {
        if (_resting.Remove(slot) && Directory.Exists(Folder))
            File.Delete(MarkOf(slot));
    }

    private string MarkOf(int slot) => Path.Combine(Folder, slot.ToString(CultureInfo.InvariantCulture));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot write down that slot {Slot} rests: a podd that is started within a minute may give it away")]
        public static partial void NotMarked(ILogger logger, Exception error, int slot);
    }
}
