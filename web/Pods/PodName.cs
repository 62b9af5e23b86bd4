using System.Text.RegularExpressions;

namespace Pinacle.Web.Pods;

/// <summary>What a pod may be called. The name is a part of host names, whose parts are told apart by hyphens.</summary>
public static partial class PodName
{
    public const int MaxLength = 20;

    /// <summary>Null when <paramref name="name"/> is good; else a sentence for the person who gave it.</summary>
    public static string? Problem(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return "A pod needs a name.";
        if (name.Contains('-', StringComparison.Ordinal))
            return "A pod's name cannot contain a hyphen: hyphens separate service, pod and user in its URLs.";
        if (name.Length > MaxLength)
            return $"A pod's name has at most {MaxLength} characters; this one has {name.Length}.";
        return Pattern().IsMatch(name) ? null : "A pod's name starts with a letter a–z and goes on with letters a–z and digits.";
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9]{0,19}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
