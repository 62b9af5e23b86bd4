using Pinacle.Contracts;
using Pinacle.Web.Repositories;
using Xunit;

namespace Pinacle.Web.Tests.Repositories;

public sealed class DetectionTests
{
    public static TheoryData<string, string, string, string> Repositories() => new()
    {
        // files (name=text, |-separated) → source, install, service
        { "package.json={\"scripts\":{\"dev\":\"vite\"},\"devDependencies\":{\"vite\":\"8\"}}|package-lock.json={}", "package.json", "npm ci", "5173 npm run dev" },
        { "package.json={\"scripts\":{\"dev\":\"next dev\"},\"dependencies\":{\"next\":\"16\"}}", "package.json", "npm install", "3000 npm run dev" },
        { "package.json={\"scripts\":{\"dev\":\"vite --port 4000\"},\"devDependencies\":{\"vite\":\"8\"}}", "package.json", "npm install", "4000 npm run dev" },
        { "package.json={\"scripts\":{\"start\":\"node server.js\"}}", "package.json", "npm install", "3000 npm start" },
        { "requirements.txt=Flask==3|app.py=", "requirements.txt", "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt", "5000 .venv/bin/python -m flask --app app run --host 0.0.0.0 --port \"$PORT\"" },
        { "requirements.txt=fastapi|main.py=", "requirements.txt", "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt", "8000 .venv/bin/python -m uvicorn main:app --host 0.0.0.0 --port \"$PORT\"" },
        { "pyproject.toml=", "pyproject.toml", "python3 -m venv .venv && .venv/bin/pip install .", "8000 python3 -m http.server \"$PORT\"" },
        { "server.py=", "server.py", "", "8000 python3 server.py" },
        { "index.html=<p>", "index.html", "", "8080 python3 -m http.server \"$PORT\"" },
        { "package.json={\"scripts\":{\"test\":\"x\"}}|index.html=", "index.html", "", "8080 python3 -m http.server \"$PORT\"" },
    };

    [Theory]
    [MemberData(nameof(Repositories))]
    public async Task A_repository_is_known_by_what_lies_in_it(string files, string source, string install, string service)
    {
        var wishes = await Find(files);
        Assert.Equal(source, wishes.Source);
        Assert.Equal(install, string.Join(';', wishes.Setup.Select(step => step.Run)));
        var found = Assert.Single(wishes.Services);
        Assert.Equal("web " + service, $"{found.Name} {found.Port} {found.Run}");
    }

    [Fact]
    public async Task A_repository_of_an_unknown_kind_has_no_services()
    {
        var wishes = await Find("README.md=hello");
        Assert.Null(wishes.Source);
        Assert.Empty(wishes.Services);
    }

    [Fact]
    public async Task A_package_json_that_is_not_JSON_is_named_with_line_and_column() =>
        Assert.Contains("line 2, column", (await Assert.ThrowsAsync<WishException>(() => Find("package.json={\n x}"))).Fault.Detail, StringComparison.Ordinal);

    [Fact]
    public void A_devcontainer_gives_ports_names_and_commands()
    {
        var wishes = Devcontainer.Read("devcontainer.json", """
            {
              // comments are usual here
              "image": "whatever",
              "forwardPorts": [3000, "db:5432", 3000],
              "portsAttributes": { "3000": { "label": "My App" } },
              "postCreateCommand": ["npm", "install", "--it's"],
              "postStartCommand": "npm start",
              "containerEnv": { "A": "b" },
            }
            """);
        Assert.Equal(["'npm' 'install' '--it'\\''s'"], wishes.Setup.Select(step => step.Run));
        Assert.Equal([new ProposedService("myapp", 3000, "npm start"), new ProposedService("port5432", 5432, null)], wishes.Services);
        Assert.Equal("b", wishes.Environment["A"]);
    }

    private static Task<RepositoryWishes> Find(string files)
    {
        var all = files.Split('|').Select(file => file.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        var root = new FolderNames(all.Keys.Select(name => new FileEntry(name, "file", 1, 420, default)));
        return Detection.Find(root, name => Task.FromResult(all[name]));
    }
}
