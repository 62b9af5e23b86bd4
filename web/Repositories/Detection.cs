namespace Pinacle.Web.Repositories;

/// <summary>Finds out what a repository is that says nothing about itself.</summary>
public static class Detection
{
    /// <summary>Asks each kind of project in turn.</summary>
    /// <param name="root">What lies at its root.</param>
    /// <param name="text">Reads a file of it.</param>
    public static async Task<RepositoryWishes> Find(FolderNames root, Func<string, Task<string>> text)
    {
        if (root.HasFile("package.json") && NodeProject.Read(root, await text("package.json")) is { } node)
            return node;
        if (await PythonProject.Find(root, text) is { } python)
            return python;
        return root.HasFile("index.html") ? Static() : new RepositoryWishes();
    }

    private static RepositoryWishes Static() => new()
    {
        Source = "index.html",
        Services = [new ProposedService("web", 8080, "python3 -m http.server \"$PORT\"")],
    };
}
