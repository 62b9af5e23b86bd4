namespace Pinacle.Browser.Tests.Stack;

/// <summary>A git server over HTTP with an address of its own: a network namespace that the tests make, as if it stood somewhere in the operator's network.</summary>
public sealed class GitHost : IAsyncDisposable
{
    private const string Namespace = "pinacle-e2e-git";
    private const string Link = "pe2egit";
    private readonly string _folder = Directory.CreateTempSubdirectory("pinacle-git-").FullName;
    private Background? _server;

    /// <summary>The network that <c>PINACLE_ALLOW</c> opens to the pods.</summary>
    public const string Network = "10.231.7.0/30";

    private const string Address = "10.231.7.2";

    public async Task Start()
    {
        await Remove();
        await Tool.Run("ip", ["netns", "add", Namespace]);
        await Tool.Run("ip", ["link", "add", Link, "type", "veth", "peer", "name", "eth0", "netns", Namespace]);
        await Tool.Run("ip", ["addr", "add", "10.231.7.1/30", "dev", Link]);
        await Tool.Run("ip", ["link", "set", Link, "up"]);
        await Tool.Run("ip", ["-n", Namespace, "addr", "add", $"{Address}/30", "dev", "eth0"]);
        await Tool.Run("ip", ["-n", Namespace, "link", "set", "eth0", "up"]);
        await Tool.Run("ip", ["-n", Namespace, "link", "set", "lo", "up"]);
        await Tool.Run("ip", ["-n", Namespace, "route", "add", "default", "via", "10.231.7.1"]);
        _server = new Background(
            "ip",
            ["netns", "exec", Namespace, "dotnet", Path.Combine(AppContext.BaseDirectory, "git-server.dll"), "--urls", $"http://{Address}:8080", "--root", _folder],
            Path.Combine(Repository.Artifacts, "git-server.log"),
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["DOTNET_gcServer"] = "0" });
        using var client = new HttpClient();
        await Eventually.Holds("the git server answers", TimeSpan.FromSeconds(30), async () => (await client.GetAsync(new Uri($"http://{Address}:8080/private/x"))).StatusCode == System.Net.HttpStatusCode.Unauthorized);
    }

    /// <summary>The URL of a repository, there or not.</summary>
    public static string Url(string name) => $"http://{Address}:8080/{name}.git";

    /// <summary>Makes a repository with one commit on <c>main</c> of a folder's files.</summary>
    public async Task<string> Publish(string name, string folder)
    {
        var bare = Path.Combine(_folder, name + ".git");
        string[] identity = ["-c", "user.name=Test", "-c", "user.email=test@pinacle.invalid"];
        await Tool.Run("git", ["init", "-q", "-b", "main", folder]);
        await Tool.Run("git", ["-C", folder, "add", "-A"]);
        await Tool.Run("git", ["-C", folder, .. identity, "commit", "-q", "-m", "first"]);
        await Tool.Run("git", ["clone", "-q", "--bare", folder, bare]);
        return Url(name);
    }

    /// <summary>Makes a repository of files given by path and text.</summary>
    public async Task<string> Publish(string name, params (string Path, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("pinacle-repo-").FullName;
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }
        var url = await Publish(name, folder);
        Directory.Delete(folder, recursive: true);
        return url;
    }

    /// <summary>Makes a repository of the React template that npm's <c>create-vite</c> ships, unchanged.</summary>
    public async Task<string> PublishViteApp(string name)
    {
        var folder = Directory.CreateTempSubdirectory("pinacle-vite-").FullName;
        await Tool.Run("npx", ["-y", "create-vite@9.3.0", "app", "--template", "react", "--no-interactive"], folder);
        var url = await Publish(name, Path.Combine(folder, "app"));
        Directory.Delete(folder, recursive: true);
        return url;
    }

    /// <summary>Makes a repository of the template of Next's <c>create-next-app</c>, in JavaScript, unchanged.</summary>
    public async Task<string> PublishNextApp(string name)
    {
        var folder = Directory.CreateTempSubdirectory("pinacle-next-").FullName;
        string[] plain = ["--js", "--app", "--no-tailwind", "--no-linter", "--no-src-dir", "--no-react-compiler", "--no-agents-md"];
        await Tool.Run("npx", ["-y", "create-next-app@16.4.3", "app", .. plain, "--skip-install", "--disable-git", "--use-npm", "--yes"], folder);
        var url = await Publish(name, Path.Combine(folder, "app"));
        Directory.Delete(folder, recursive: true);
        return url;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await Remove();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task Remove()
    {
        await Tool.Run("ip", ["link", "del", Link], mayFail: true);
        await Tool.Run("ip", ["netns", "del", Namespace], mayFail: true);
    }
}
