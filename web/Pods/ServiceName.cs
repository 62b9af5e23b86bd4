using System.Text.RegularExpressions;

namespace Pinacle.Web.Pods;

/// <summary>What a service may be called.</summary>
public static partial class ServiceName
{
    public const int MaxLength = 15;

    /// <summary>Null when <paramref name="name"/> is good; else a sentence for the person who gave it.</summary>
    public static string? Problem(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return "A service needs a name.";
        if (name.Contains('-', StringComparison.Ordinal))
            return "A service's name cannot contain a hyphen: hyphens separate service, pod and user in its URL.";
        if (name.Length > MaxLength)
            return $"A service's name has at most {MaxLength} characters; this one has {name.Length}.";
        return Pattern().IsMatch(name) ? null : "A service's name starts with a letter a–z and goes on with letters a–z and digits.";
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]{0,14}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
