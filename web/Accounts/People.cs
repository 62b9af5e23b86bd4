using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>Finds and makes users.</summary>
public sealed class People(PinacleDb db, TimeProvider time)
{
    private const long FirstLock = 0x70696e61636c6532;

    /// <summary>The user of a login; null when there is none.</summary>
    public Task<User?> Find(string login, CancellationToken cancellationToken)
    {
        var slug = UserSlug.Of(login);
        return db.Users.SingleOrDefaultAsync(user => user.Slug == slug, cancellationToken);
    }

    /// <summary>The user of a login, made if there is none. The very first is the operator.</summary>
    /// <exception cref="ArgumentException">The login is not one.</exception>
    public async Task<User> FindOrMake(string login, CancellationToken cancellationToken)
    {
        if (UserSlug.Problem(login) is { } problem)
            throw new ArgumentException(problem, nameof(login));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({FirstLock})", cancellationToken);
        var user = await Find(login, cancellationToken);
        if (user is null)
        {
            user = new User { Slug = UserSlug.Of(login), IsOperator = !await db.Users.AnyAsync(cancellationToken), CreatedAt = time.GetUtcNow() };
            db.Users.Add(user);
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return user;
    }
}
