using System.Security.Cryptography;
using System.Text;
using Pinacle.Contracts;
using Pinacle.Podd.Hosts;

namespace Pinacle.Podd.Api;

/// <summary>Lets nothing in without the host's key; compared in constant time.</summary>
public sealed class ApiKey(HostIdentity identity)
{
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(identity.ApiKey()));

    /// <summary>The middleware.</summary>
    public Task Invoke(HttpContext context, RequestDelegate next)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(context.Request.Headers[PoddRoutes.ApiKeyHeader].ToString()));
        return CryptographicOperations.FixedTimeEquals(given, _hash)
            ? next(context)
            : throw new FaultException(FaultKind.Unauthorized, $"cannot answer without the host's key in {PoddRoutes.ApiKeyHeader}");
    }
}
