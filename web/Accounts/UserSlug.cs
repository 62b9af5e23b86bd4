using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Pinacle.Web.Accounts;

/// <summary>Makes the slug that stands in URLs from a login: at most 26 characters of <c>[a-z0-9-]</c>, so that a host name's label never exceeds 63.</summary>
public static partial class UserSlug
{
    public const int MaxLength = 26;

    /// <summary>Null when <paramref name="login"/> is one that can sign in; else a sentence.</summary>
    public static string? Problem(string? login) => login is not null && Pattern().IsMatch(login) && !login.Contains("--", StringComparison.Ordinal)
        ? null : "A login has letters, digits and single hyphens, not at its ends, and at most 39 characters.";

    /// <summary>The slug. A login has no double hyphen, so a shortened one (which has) never meets another's; two shortened ones differ by 48 bits of their hash.</summary>
    public static string Of(string login)
    {
        var lower = login.ToLowerInvariant();
        if (lower.Length <= MaxLength)
            return lower;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lower)))[..12];
        return $"{lower[..12].TrimEnd('-')}--{hash}";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
