using Pinacle.Contracts;

namespace Pinacle.Web.Repositories;

/// <summary>A Python repository: <c>requirements.txt</c>, <c>pyproject.toml</c>, or just a program with a usual name.</summary>
public static class PythonProject
{
    private const string Venv = "python3 -m venv .venv && ";
    private static readonly string[] Programs = ["app.py", "main.py", "server.py"];

    /// <summary>Null when it is none.</summary>
    public static async Task<RepositoryWishes?> Find(FolderNames root, Func<string, Task<string>> text)
    {
        var program = Array.Find(Programs, root.HasFile);
        if (root.HasFile("requirements.txt"))
            return Wishes("requirements.txt", Venv + ".venv/bin/pip install -r requirements.txt", Service(root, program, await text("requirements.txt"), ".venv/bin/"));
        if (root.HasFile("pyproject.toml"))
            return Wishes("pyproject.toml", Venv + ".venv/bin/pip install .", Service(root, program, await text("pyproject.toml"), ".venv/bin/"));
        return program is null ? null : Wishes(program, null, new ProposedService("web", 8000, $"python3 {program}"));
    }

    private static ProposedService Service(FolderNames root, string? program, string dependencies, string bin)
    {
        bool Needs(string package) => dependencies.Contains(package, StringComparison.OrdinalIgnoreCase);
        if (root.HasFile("manage.py"))
            return new ProposedService("web", 8000, $"{bin}python manage.py runserver \"0.0.0.0:$PORT\"");
        if (program is null)
            return new ProposedService("web", 8000, "python3 -m http.server \"$PORT\"");
        var module = program[..^3];
        if (Needs("fastapi") || Needs("uvicorn"))
            return new ProposedService("web", 8000, $"{bin}python -m uvicorn {module}:app --host 0.0.0.0 --port \"$PORT\"");
        return Needs("flask")
            ? new ProposedService("web", 5000, $"{bin}python -m flask --app {module} run --host 0.0.0.0 --port \"$PORT\"")
            : new ProposedService("web", 8000, $"{bin}python {program}");
    }

    private static RepositoryWishes Wishes(string source, string? install, ProposedService service) => new()
    {
        Source = source,
        Setup = install is null ? [] : [new SetupStep("install", install)],
        Services = [service],
    };
}
