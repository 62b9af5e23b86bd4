using System.Collections.Concurrent;

namespace Pinacle.Web.Gateway;

/// <summary>WebSockets and other upgraded connections under way: whoever loses access loses them at once.</summary>
public sealed class OpenConnections : IDisposable
{
    private readonly ConcurrentDictionary<Guid, Entry> _open = new();
    private readonly RouteTable _routes;

    public OpenConnections(RouteTable routes)
    {
        _routes = routes;
        routes.Changed += Look;
    }

    /// <summary>Registers a connection; its token is cancelled when <paramref name="label"/> no longer admits it.</summary>
    public IDisposable Add(ServiceLabel label, PodRoute pod, Visitor? visitor, CancellationTokenSource cut)
    {
        var id = Guid.NewGuid();
        _open[id] = new Entry(label, pod, visitor, cut);
        return new Registration(() => _open.TryRemove(id, out _));
    }

    public void Dispose() => _routes.Changed -= Look;

    private void Look(object? sender, EventArgs changed) => _ = Task.Run(async () =>
    {
        foreach (var entry in _open.Values)
        {
            if (!await Holds(entry))
                await entry.Cut.CancelAsync();
        }
    });

    private async Task<bool> Holds(Entry entry)
    {
        var pod = await _routes.Find(entry.Label, CancellationToken.None);
        if (pod is null || pod.PodId != entry.Pod.PodId || pod.Epoch != entry.Pod.Epoch || pod.Find(entry.Label) is not { } service)
            return false;
        var visitor = entry.Visitor;
        if (visitor?.SessionId is { } session)
            visitor = await _routes.Session(session, CancellationToken.None);
        return pod.Admits(service, visitor?.UserId);
    }

    private sealed record Entry(ServiceLabel Label, PodRoute Pod, Visitor? Visitor, CancellationTokenSource Cut);

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
