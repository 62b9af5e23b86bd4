using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>The keys that sign tokens: made once, the same in every copy of web.</summary>
public sealed class SigningKeys(IServiceScopeFactory scopes, IDataProtectionProvider protection, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<byte[]>>> keys = new(StringComparer.Ordinal);

    /// <summary>The key of that name. <paramref name="make"/> makes it where there is none yet.</summary>
    public async Task<byte[]> Get(string name, Func<byte[]> make, CancellationToken cancellationToken)
    {
        var key = keys.GetOrAdd(name, id => new Lazy<Task<byte[]>>(() => Load(id, make)));
        try
        {
            return await key.Value.WaitAsync(cancellationToken);
        }
        catch when (key.Value.IsFaulted)
        {
            keys.TryRemove(KeyValuePair.Create(name, key));
            throw;
        }
    }

    private async Task<byte[]> Load(string name, Func<byte[]> make)
    {
        var protector = protection.CreateProtector("pinacle.signing-keys", name);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PinacleDb>();
        var row = await db.SigningKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == name);
        if (row is null)
        {
            // Copies of web that start together: the first row stands, all read it back.
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO signing_keys (id, protected, created_at) VALUES ({name}, {protector.Protect(make())}, {time.GetUtcNow()}) ON CONFLICT DO NOTHING");
            row = await db.SigningKeys.AsNoTracking().SingleAsync(key => key.Id == name);
        }

        return protector.Unprotect(row.Protected);
    }
}
