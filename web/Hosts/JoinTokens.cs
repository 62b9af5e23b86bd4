using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;

namespace Pinacle.Web.Hosts;

/// <summary>The tokens that hosts join with: made by operators, good once and for 15 minutes, kept hashed.</summary>
public sealed class JoinTokens(PinacleDb db, IOptions<HostsOptions> options, TimeProvider time)
{
    // A secret may begin with "--", which a command line would take for an option.
    private const string Prefix = "join_";

    /// <summary>How long one that is used or expired can still be seen.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Makes a token; what it is in clear is known to nobody later.</summary>
    public async Task<(JoinToken Made, string Token)> Make(CancellationToken cancellationToken)
    {
        var token = Prefix + Secret.Make();
        var now = time.GetUtcNow();
        var made = new JoinToken { TokenHash = Secret.Hash(token), CreatedAt = now, ExpiresAt = now + options.Value.JoinTokenLifetime };
        db.JoinTokens.Add(made);
        await db.SaveChangesAsync(cancellationToken);
        return (made, token);
    }

    /// <summary>Those of the last day, newest first.</summary>
    public async Task<IReadOnlyList<JoinToken>> Recent(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Remembered;
        return await db.JoinTokens.AsNoTracking().Include(token => token.Host).Where(token => token.CreatedAt > since).OrderByDescending(token => token.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Takes an unused token back. False when there is none of that id, or a host has used it.</summary>
    public async Task<bool> Revoke(Guid id, CancellationToken cancellationToken) =>
        await db.JoinTokens.Where(token => token.Id == id && token.UsedAt == null).ExecuteDeleteAsync(cancellationToken) == 1;

    /// <summary>Uses a token, if it is good. To be called in the transaction that saves the host: a second host with the same token waits for the first, and finds it used.</summary>
    public async Task<bool> Use(string token, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = Secret.Hash(token);
        return await db.JoinTokens.Where(one => one.TokenHash == hash && one.UsedAt == null && one.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.UsedAt, now), cancellationToken) == 1;
    }

    /// <summary>Says which host has used a token.</summary>
    public Task UsedBy(PodHost host, string token, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        return db.JoinTokens.Where(one => one.TokenHash == hash).ExecuteUpdateAsync(set => set.SetProperty(one => one.HostId, host.Id), cancellationToken);
    }
}
