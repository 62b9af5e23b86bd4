namespace Pinacle.Web.Gateway;

/// <summary>Where a browser goes on to after a detour: a path on the same host, never another place.</summary>
public static class ReturnPath
{
    /// <summary>The path if it is one, else <c>/</c>. "//evil", "/\evil", absolute URLs and control characters are not paths.</summary>
    public static string Safe(string? path) =>
        path is ['/', ..] && (path.Length == 1 || path[1] is not ('/' or '\\')) && path.Length <= 2048 && !path.Any(char.IsControl) && !path.Contains('\\', StringComparison.Ordinal)
            ? path
            : "/";
}
