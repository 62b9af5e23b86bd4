using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>Reads hosts and join tokens for operators.</summary>
public sealed class HostList(PinacleDb db, JoinTokens tokens, TimeProvider time)
{
    /// <summary>Every host, by name.</summary>
    public async Task<IReadOnlyList<HostView>> All(CancellationToken cancellationToken) =>
        (await db.Hosts.AsNoTracking().OrderBy(host => host.Name).ToListAsync(cancellationToken)).ConvertAll(HostView.Of);

    /// <summary>A host by its id or name; null when there is none.</summary>
    public async Task<HostView?> Find(string host, CancellationToken cancellationToken)
    {
        var id = Guid.TryParse(host, out var given) ? given : Guid.Empty;
        return await db.Hosts.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id || one.Name == host, cancellationToken) is { } found ? HostView.Of(found) : null;
    }

    /// <summary>The join tokens of the last day, newest first.</summary>
    public async Task<IReadOnlyList<JoinTokenView>> Tokens(CancellationToken cancellationToken) =>
        [.. (await tokens.Recent(cancellationToken)).Select(token => JoinTokenView.Of(token, time.GetUtcNow()))];
}
