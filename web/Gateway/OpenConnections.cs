using System.Collections.Concurrent;

namespace Pinacle.Web.Gateway;

/// <summary>Requests under way, WebSockets and event streams above all: whoever loses access loses them at once.</summary>
public sealed partial class OpenConnections : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Entry, bool> _open = new(ReferenceEqualityComparer.Instance);
    private readonly RouteTable _routes;
    private readonly ILogger<OpenConnections> _log;
    private readonly ITimer _sweep;

    public OpenConnections(RouteTable routes, TimeProvider time, ILogger<OpenConnections> log)
    {
        (_routes, _log) = (routes, log);
        routes.Changed += Look;

        // Sessions, tokens and links that end by their age are told by nobody.
        _sweep = time.CreateTimer(_ => Look(null, EventArgs.Empty), null, SweepEvery, SweepEvery);
    }

    /// <summary>Registers a request; its token is cancelled when <paramref name="label"/> no longer admits it.</summary>
    /// <param name="label">What it asked for.</param>
    /// <param name="pod">What that was.</param>
    /// <param name="visitor">Who asked.</param>
    /// <param name="link">The share link that let it in; null where none was needed.</param>
    /// <param name="cut">Ends it.</param>
    /// <param name="version"><see cref="RouteTable.Version"/> from before access was checked: a change since then may have been looked at without this request.</param>
    public IDisposable Add(ServiceLabel label, PodRoute pod, Visitor? visitor, Guid? link, CancellationTokenSource cut, long version)
    {
        var entry = new Entry(this, label, pod, visitor, link, cut);
        _open[entry] = true;
        if (version != _routes.Version)
            _ = Task.Run(() => Check(entry));
        return entry;
    }

    public void Dispose()
    {
        _routes.Changed -= Look;
        _sweep.Dispose();
    }

    private void Look(object? sender, EventArgs changed) => _ = Task.Run(async () =>
    {
        foreach (var entry in _open.Keys)
            await Check(entry);
    });

    private async Task Check(Entry entry)
    {
        try
        {
            if (!await Holds(entry))
                await entry.Cut.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself meanwhile.
        }
        catch (Exception exception) when (GatewaySetup.IsDatabaseDown(exception))
        {
            // Nobody can tell now: what is open stays, and the next look is soon.
            Log.Unknown(_log, entry.Label.ToString(), exception.Message);
        }
    }

    private async Task<bool> Holds(Entry entry)
    {
        var pod = await _routes.Find(entry.Label, CancellationToken.None);
        if (pod is null || pod.PodId != entry.Pod.PodId || pod.Epoch != entry.Pod.Epoch || pod.Find(entry.Label) is not { } service)
            return false;
        var visitor = entry.Visitor;
        if (visitor?.SessionId is { } session)
            visitor = await _routes.Session(session, CancellationToken.None);
        else if (visitor?.TokenId is { } token)
            visitor = await _routes.Token(token, CancellationToken.None);
        return pod.Admits(service, visitor?.UserId) || pod.Opens(entry.Link, entry.Label, _routes.Now);
    }

    private sealed record Entry(OpenConnections All, ServiceLabel Label, PodRoute Pod, Visitor? Visitor, Guid? Link, CancellationTokenSource Cut) : IDisposable
    {
        public void Dispose() => All._open.TryRemove(this, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "cannot tell whether access to {Label} still holds: {Reason}")]
        public static partial void Unknown(ILogger logger, string label, string reason);
    }
}
