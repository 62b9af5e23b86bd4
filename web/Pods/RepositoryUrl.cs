using System.Text.RegularExpressions;

namespace Pinacle.Web.Pods;

/// <summary>Which git URLs a pod may be made from. They end up as an argument of git in the pod, so nothing that git takes for an option or a helper may pass.</summary>
public static partial class RepositoryUrl
{
    private const int MaxLength = 2048;

    /// <summary>Null when <paramref name="url"/> is good; else a sentence for the person who gave it.</summary>
    public static string? Problem(string url)
    {
        if (url.Length > MaxLength)
            return $"A repository's URL has at most {MaxLength} characters.";
        if (url.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)))
            return "A repository's URL contains no spaces.";
        if (ScpLike().IsMatch(url))
            return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http" or "ssh" or "git") || uri.Host.Length == 0)
            return "A repository's URL starts with https://, http://, ssh:// or git://.";
        if (uri.Host.StartsWith('-'))
            return "A repository's URL needs a host name.";
        if (uri.Scheme != "ssh" && uri.UserInfo.Length > 0)
            return "A repository's URL must not contain a user name or password: it would be stored and shown.";
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal) || uri.UserInfo.StartsWith('-'))
            return "A repository's URL must not contain a password: it would be stored and shown.";
        return uri.AbsolutePath.Trim('/').Length == 0 ? "A repository's URL names a repository after the host." : null;
    }

    // git@host:path, as forges show it.
    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?!/)[A-Za-z0-9_~][A-Za-z0-9_.~/+-]*\z", RegexOptions.None, 1000)]
    private static partial Regex ScpLike();
}
