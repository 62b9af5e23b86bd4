using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Gateway;

/// <summary>Routes, sessions and API tokens in memory. Triggers tell of changes inside their transaction; what changed is forgotten at once and read again by the next request. While nothing can be heard, the database is asked each time.</summary>
public sealed class RouteTable : IDisposable
{
    private const int MostAbsent = 10_000;
    private const int MostTokens = 10_000;
    private static readonly TimeSpan MostDeaf = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Pod, string User), PodRoute> _routes = new();
    private readonly ConcurrentDictionary<(string Pod, string User), bool> _absent = new();
    private readonly ConcurrentDictionary<Guid, Visitor> _sessions = new();
    private readonly ConcurrentDictionary<string, Guid> _tokenIds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, Visitor> _tokens = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly DatabaseChanges _changes;
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;
    private long _version;

    public RouteTable(IServiceScopeFactory scopes, DatabaseChanges changes, TimeProvider time)
    {
        (_scopes, _changes, _time) = (scopes, changes, time);
        _subscription = changes.Subscribe(DatabaseChannels.Routes, Forget, ForgetAll);
    }

    /// <summary>Grows with every change that was told.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The time by the clock that sessions and tokens are held against.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Raised after something was forgotten: open connections are looked at again.</summary>
    public event EventHandler? Changed;

    private bool IsDeaf => _changes.DownSince is { } since && _time.GetUtcNow() - since > MostDeaf;

    /// <summary>The pod that a label names; null where there is none.</summary>
    public async ValueTask<PodRoute?> Find(ServiceLabel label, CancellationToken cancellationToken)
    {
        if (!IsDeaf)
        {
            if (_routes.TryGetValue((label.Pod, label.User), out var known))
                return known;
            if (_absent.ContainsKey((label.Pod, label.User)))
                return null;
        }

        var version = Volatile.Read(ref _version);
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PinacleDb>();
        var pod = await db.Pods.AsNoTracking().Include(one => one.Services)
            .SingleOrDefaultAsync(one => one.Name == label.Pod && one.Owner!.Slug == label.User && one.Intent != Pods.PodIntent.Deleted, cancellationToken);
        if (pod is null)
        {
            // Remembered too, or made-up names would cost a query each; but not without end.
            if (_absent.Count >= MostAbsent)
                _absent.Clear();
            if (version == Version)
                _absent[(label.Pod, label.User)] = true;
            return null;
        }

        var members = pod.TeamId is { } team
            ? await db.TeamMembers.AsNoTracking().Where(member => member.TeamId == team).Select(member => member.UserId).ToHashSetAsync(cancellationToken)
            : [];
        var route = new PodRoute(
            pod.Id,
            pod.Epoch,
            pod.HostId,
            pod.OwnerId,
            members,
            pod.Status,
            pod.Fault,
            pod.Services.ToDictionary(service => service.Name, service => new ServiceRoute(service.Port, service.Access, service.Host), StringComparer.Ordinal),
            await LinksOf(db, pod, cancellationToken));
        // Something changed while it was read: true for this request, but not to be kept.
        if (version == Volatile.Read(ref _version))
            _routes[(label.Pod, label.User)] = route;
        return route;
    }

    private static async Task<IReadOnlyDictionary<Guid, LinkRoute>> LinksOf(PinacleDb db, Pods.Pod pod, CancellationToken cancellationToken)
    {
        var names = pod.Services.ToDictionary(service => service.Id, service => service.Name);
        var links = await db.ShareLinks.AsNoTracking().Where(link => names.Keys.Contains(link.ServiceId) && link.RevokedAt == null).ToListAsync(cancellationToken);
        return links.ToDictionary(link => link.Id, link => new LinkRoute(names[link.ServiceId], link.TokenHash, link.ExpiresAt));
    }

    /// <summary>Who is behind a session; null when it has ended.</summary>
    public async ValueTask<Visitor?> Session(Guid id, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (!IsDeaf && _sessions.TryGetValue(id, out var known))
            return known.Until > now ? known : null;
        var version = Volatile.Read(ref _version);
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PinacleDb>();
        var session = await db.Sessions.AsNoTracking().Include(one => one.User).SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (session?.User is not { } user || !session.IsLive(now))
            return null;
        var visitor = new Visitor(user.Id, user.Slug, session.Id, session.ExpiresAt);
        if (version == Volatile.Read(ref _version))
            _sessions[id] = visitor;
        return visitor;
    }

    /// <summary>Who an API token stands for; null when it is not good. Its signature is checked once, and its row is in memory until something about it is told.</summary>
    public async ValueTask<Visitor?> Token(string text, CancellationToken cancellationToken)
    {
        var hash = Convert.ToBase64String(Secret.Hash(text));
        if (!_tokenIds.TryGetValue(hash, out var id))
        {
            await using var scope = _scopes.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<ApiTokens>().IdOf(text, cancellationToken) is not { } signed)
                return null;
            if (_tokenIds.Count >= MostTokens)
                _tokenIds.Clear();
            _tokenIds[hash] = id = signed;
        }

        return await Token(id, cancellationToken);
    }

    /// <summary>Who is behind a token's row; null when it has ended.</summary>
    public async ValueTask<Visitor?> Token(Guid id, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (!IsDeaf && _tokens.TryGetValue(id, out var known))
            return known.Until > now ? known : null;
        var version = Volatile.Read(ref _version);
        await using var scope = _scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<ApiTokens>().Live(id, cancellationToken) is not { User: { } user } token)
            return null;
        var visitor = new Visitor(user.Id, user.Slug, SessionId: null, token.ExpiresAt, token.Id);
        if (_tokens.Count >= MostTokens)
            _tokens.Clear();
        if (version == Volatile.Read(ref _version))
            _tokens[id] = visitor;
        return visitor;
    }

    public void Dispose() => _subscription.Dispose();

    private void Forget(string payload)
    {
        Interlocked.Increment(ref _version);
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        var (table, id) = (payload[..Math.Max(colon, 0)], Guid.TryParse(payload.AsSpan(colon + 1), out var parsed) ? parsed : default);
        switch (table)
        {
            case "pods" or "services" or "share_links":
                foreach (var (key, route) in _routes)
                {
                    if (route.PodId == id)
                        _routes.TryRemove(key, out _);
                }
                _absent.Clear();
                break;
            case "sessions":
                _sessions.TryRemove(id, out _);
                break;
            case "api_tokens":
                _tokens.TryRemove(id, out _);
                break;
            case "hosts":
                break;
            default:
                Clear();
                break;
        }
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private void ForgetAll()
    {
        Interlocked.Increment(ref _version);
        Clear();
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private void Clear()
    {
        _routes.Clear();
        _absent.Clear();
        _sessions.Clear();
        _tokens.Clear();
    }
}
