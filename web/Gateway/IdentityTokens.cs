using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Pinacle.Web.Accounts;
using Pinacle.Web.Site;

namespace Pinacle.Web.Gateway;

/// <summary>Tells apps who asks, so that they can check it: a JWT for one person and one service's origin, good for a minute, signed with a key of its own. Our API refuses it.</summary>
public sealed class IdentityTokens(SigningKeys keys, SiteUrls urls, TimeProvider time)
{
    /// <summary>Where apps find the public key (RFC 7517).</summary>
    public const string JwksPath = "/.well-known/jwks.json";

    private const string KeyName = "gateway";
    private const int Most = 10_000;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    // Signing costs more than the rest of a request; an app still has 40 s to look at it.
    private static readonly TimeSpan UsedFor = TimeSpan.FromSeconds(20);
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<(Guid User, string Login, string Origin), (string Text, DateTimeOffset MadeAt)> _made = new();
    private ECDsaSecurityKey? _key;

    /// <summary>A token for a visitor of a service.</summary>
    public async ValueTask<string> Of(Visitor visitor, string origin, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var subject = (visitor.UserId, visitor.Login, origin);
        if (_made.TryGetValue(subject, out var made) && now - made.MadeAt < UsedFor && now >= made.MadeAt)
            return made.Text;
        if (_made.Count >= Most)
            _made.Clear();
        var text = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = urls.Site,
            Audience = origin,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Life).UtcDateTime,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { [JwtRegisteredClaimNames.Sub] = visitor.UserId.ToString(), [JwtRegisteredClaimNames.PreferredUsername] = visitor.Login },
            SigningCredentials = new SigningCredentials(await Key(cancellationToken), SecurityAlgorithms.EcdsaSha256),
        });
        _made[subject] = (text, now);
        return text;
    }

    /// <summary>The public key, as <see cref="JwksPath"/> answers it.</summary>
    public async Task<IResult> Jwks(HttpContext context, CancellationToken cancellationToken)
    {
        var key = await Key(cancellationToken);
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return Results.Json(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["keys"] = new[]
            {
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = key.KeyId,
                    ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y),
                },
            },
        });
    }

    private async ValueTask<ECDsaSecurityKey> Key(CancellationToken cancellationToken)
    {
        if (_key is { } known)
            return known;
        var bytes = await keys.Get(KeyName, Make, cancellationToken);
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(bytes, out _);
        var key = new ECDsaSecurityKey(pair);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return _key = key;
    }

    private static byte[] Make()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return pair.ExportPkcs8PrivateKey();
    }
}
