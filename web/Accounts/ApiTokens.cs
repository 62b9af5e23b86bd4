using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>Makes and checks the API's bearer tokens: JWTs whose <c>jti</c> is a row that can be revoked.</summary>
public sealed class ApiTokens(PinacleDb db, SigningKeys keys, IOptions<AccountsOptions> options, TimeProvider time)
{
    private const string Issuer = "pinacle";
    private const string Audience = "pinacle-api";
    private const string KeyName = "api";
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Makes a token; it is shown once.</summary>
    public async Task<string> Make(User user, string name, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var token = new ApiToken { UserId = user.Id, Name = name, CreatedAt = now, ExpiresAt = now + (lifetime ?? options.Value.TokenLifetime) };
        db.ApiTokens.Add(token);
        await db.SaveChangesAsync(cancellationToken);
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = token.ExpiresAt.UtcDateTime,
            Subject = new ClaimsIdentity([new Claim(JwtRegisteredClaimNames.Sub, user.Id.ToString()), new Claim(JwtRegisteredClaimNames.Jti, token.Id.ToString())]),
            SigningCredentials = new SigningCredentials(await Key(cancellationToken), SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Who a token stands for; null when it is not ours, too old or revoked.</summary>
    public async Task<ClaimsPrincipal?> Check(string text, CancellationToken cancellationToken) =>
        await IdOf(text, cancellationToken) is { } id && await Live(id, cancellationToken) is { User: { } user } ? CurrentUser.Principal(user, null, Schemes.ApiToken) : null;

    /// <summary>The row that a token names, from its signed text alone; null when we did not sign it or it is too old.</summary>
    public async Task<Guid?> IdOf(string text, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var result = await Handler.ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = await Key(cancellationToken),
            LifetimeValidator = (from, until, _, _) => from <= now.UtcDateTime.AddMinutes(1) && until > now.UtcDateTime,
        });
        return result.IsValid && Guid.TryParse(result.ClaimsIdentity.FindFirst(JwtRegisteredClaimNames.Jti)?.Value, out var id) ? id : null;
    }

    /// <summary>The row of a token with its user; null when it has ended.</summary>
    public Task<ApiToken?> Live(Guid id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return db.ApiTokens.AsNoTracking().Include(one => one.User).SingleOrDefaultAsync(one => one.Id == id && one.RevokedAt == null && one.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Ends a token of a user; false when it is not theirs.</summary>
    public async Task<bool> Revoke(CurrentUser user, Guid tokenId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await db.ApiTokens.Where(token => token.Id == tokenId && token.UserId == user.Id && token.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.RevokedAt, now), cancellationToken) == 1;
    }

    private async Task<SymmetricSecurityKey> Key(CancellationToken cancellationToken) =>
        new(await keys.Get(KeyName, () => RandomNumberGenerator.GetBytes(32), cancellationToken));
}
