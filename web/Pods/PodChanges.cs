using System.Collections.Concurrent;
using Pinacle.Web.Database;

namespace Pinacle.Web.Pods;

/// <summary>Lets live pages, SSE and long polls wait for a change of one pod or of any, without a query each.</summary>
/// <remarks>Use: <c>using var watch = changes.Watch(id); while (…) { read; await watch.Next(…); }</c>. A change between the read and the wait is not missed.</remarks>
public sealed class PodChanges : IDisposable
{
    private readonly ConcurrentDictionary<PodWatch, bool> watches = new();
    private readonly IDisposable subscription;

    public PodChanges(DatabaseChanges database) =>
        subscription = database.Subscribe(DatabaseChannels.Pods, Changed, () => Tell(_ => true));

    /// <summary>Watches one pod, or all when <paramref name="podId"/> is null.</summary>
    public PodWatch Watch(Guid? podId)
    {
        var watch = new PodWatch(podId, ended => watches.TryRemove(ended, out _));
        watches[watch] = true;
        return watch;
    }

    public void Dispose() => subscription.Dispose();

    private void Changed(string payload)
    {
        if (Guid.TryParse(payload, out var id))
            Tell(watch => watch.PodId is null || watch.PodId == id);
    }

    private void Tell(Func<PodWatch, bool> whom)
    {
        foreach (var watch in watches.Keys.Where(whom))
            watch.Tell();
    }
}
