using System.Collections.Concurrent;

namespace Pinacle.Web.Database;

/// <summary>Lets live pages, SSE and long polls wait for a change of one row or of any, without a query each.</summary>
/// <remarks>Use: <c>using var watch = changes.Watch(id); while (…) { read; await watch.Next(…); }</c>. A change between the read and the wait is not missed.</remarks>
public abstract class RowChanges : IDisposable
{
    private readonly ConcurrentDictionary<RowWatch, bool> watches = new();
    private readonly IDisposable subscription;

    /// <summary>Watches a channel.</summary>
    /// <param name="database">Tells of changes.</param>
    /// <param name="channel">One of <see cref="DatabaseChannels"/> whose payload is an id.</param>
    protected RowChanges(DatabaseChanges database, string channel) =>
        subscription = database.Subscribe(channel, Changed, () => Tell(_ => true));

    /// <summary>Watches one row, or all when <paramref name="id"/> is null.</summary>
    public RowWatch Watch(Guid? id)
    {
        var watch = new RowWatch(id, ended => watches.TryRemove(ended, out _));
        watches[watch] = true;
        return watch;
    }

    public void Dispose()
    {
        subscription.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Changed(string payload)
    {
        if (Guid.TryParse(payload, out var id))
            Tell(watch => watch.Id is null || watch.Id == id);
    }

    private void Tell(Func<RowWatch, bool> whom)
    {
        foreach (var watch in watches.Keys.Where(whom))
            watch.Tell();
    }
}
