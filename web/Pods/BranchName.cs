using System.Text.RegularExpressions;

namespace Pinacle.Web.Pods;

/// <summary>Which branch and tag names are taken: git's own rules (git-check-ref-format), without what would be an option.</summary>
public static partial class BranchName
{
    /// <summary>Null when <paramref name="name"/> is good; else a sentence for the person who gave it.</summary>
    public static string? Problem(string name)
    {
        if (name.Length > 255)
            return "A branch's name has at most 255 characters.";
        var good = Pattern().IsMatch(name)
            && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal)
            && !name.EndsWith('/') && !name.EndsWith('.') && !name.EndsWith(".lock", StringComparison.Ordinal);
        return good ? null : "This is not a branch name that git knows.";
    }

    [GeneratedRegex(@"\A[^\x00-\x20\x7f~^:?*\[\\/.-][^\x00-\x20\x7f~^:?*\[\\]*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
