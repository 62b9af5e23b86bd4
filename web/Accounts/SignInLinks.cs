using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>One-time links that sign somebody in: for operators without GitHub.</summary>
public sealed class SignInLinks(PinacleDb db, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>Makes a link's token.</summary>
    public async Task<string> Make(User user, CancellationToken cancellationToken)
    {
        var token = Secret.Make();
        db.SignInLinks.Add(new SignInLink { UserId = user.Id, TokenHash = Secret.Hash(token), ExpiresAt = time.GetUtcNow() + options.Value.SignInLinkLifetime });
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>Uses a token up; null when it is wrong, used or too old.</summary>
    public async Task<User?> Use(string token, CancellationToken cancellationToken)
    {
        var hash = Secret.Hash(token);
        var now = time.GetUtcNow();
        var link = await db.SignInLinks.AsNoTracking().SingleOrDefaultAsync(one => one.TokenHash == hash && one.ExpiresAt > now, cancellationToken);

        // Deleting decides: of two who come with the same token at once only one deletes the row.
        if (link is null || await db.SignInLinks.Where(one => one.Id == link.Id).ExecuteDeleteAsync(cancellationToken) != 1)
            return null;
        return await db.Users.SingleOrDefaultAsync(user => user.Id == link.UserId, cancellationToken);
    }
}
