namespace Pinacle.Web.Repositories;

/// <summary>Folders that a repository names: below itself.</summary>
public static class WorkspacePath
{
    /// <summary>Null when a path is good; else why not.</summary>
    public static string? Problem(string path) =>
        path.Length > 1024 || path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Contains("..", StringComparer.Ordinal)
            ? "a directory is a path inside the repository" : null;
}
