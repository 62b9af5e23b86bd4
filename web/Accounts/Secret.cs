using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pinacle.Web.Accounts;

/// <summary>Random words for links, codes and tokens; only their hashes are kept.</summary>
public static class Secret
{
    /// <summary>256 random bits, safe in URLs.</summary>
    public static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>128 random bits, for what people send each other by hand.</summary>
    public static string MakeShort() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>What is kept of one. Plain SHA-256 is enough: nobody can guess 128 bits.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
