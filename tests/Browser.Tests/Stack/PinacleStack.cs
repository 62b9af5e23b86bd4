using System.Globalization;
using Microsoft.Playwright;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>The whole product, started as a person starts it (<c>make run</c>) beside whatever else runs on the machine, with a git server and a browser.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class PinacleStack : IAsyncLifetime
{
    public const int Port = 18480;
    public const string Domain = "pinacle.localhost";

    private Background? _run;
    private readonly string _steady = Path.Combine(Repository.Artifacts, "no-netlink.so");
    private IPlaywright? _playwright;

    /// <summary>The main site, as a person types it.</summary>
    public static string Site { get; } = $"http://{Domain}:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The instance's folder.</summary>
    public static string Var { get; } = Path.Combine(Repository.Root, "artifacts", "e2e", "var");

    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["PINACLE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["PINACLE_VAR"] = Var,
        ["PINACLE_ALLOW"] = GitHost.Network,
        ["PINACLE_DOMAIN"] = Domain,
    };

    public GitHost Git { get; } = new();

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Git.Start();
        _run = new Background("make", ["--no-print-directory", "run"], Path.Combine(Repository.Artifacts, "make-run.log"), Settings);
        using var anonymous = new Api(null);
        await Eventually.Holds("make run is up", TimeSpan.FromMinutes(15), async () =>
        {
            if (_run.Ended)
                Assert.Fail("make run ended: " + _run.Output);
            return await anonymous.Healthy();
        });
        await Tool.Run("cc", ["-shared", "-fPIC", "-O1", "-o", _steady, Path.Combine(Repository.Root, "tests", "Browser.Tests", "Apps", "no-netlink.c"), "-ldl"]);
        _playwright = await Playwright.CreateAsync();
        Browser = await Launch();
    }

    /// <summary>Debian's Chromium, kept from everything that is not the page.</summary>
    public Task<IBrowser> Launch(string? home = null, params string[] more) => _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = "/usr/bin/chromium",
        Env = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = home ?? Environment.GetEnvironmentVariable("HOME") ?? "/root",
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["LD_PRELOAD"] = _steady,
        },
        Args = [
            "--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            "--disable-gpu", "--disable-dev-shm-usage", .. more,
        ],
    });

    /// <summary>A client of the JSON API in the name of <paramref name="login"/>, by <c>make token</c>.</summary>
    public static async Task<Api> ApiOf(string login)
    {
        var output = await Tool.Run("make", ["--no-print-directory", "-s", "token", $"USER={login}"], environment: Settings);
        return new Api(output.Trim().Split('\n')[^1]);
    }

    /// <summary>The process id of <c>podd</c> or <c>web</c> of this instance.</summary>
    public static async Task<int> ProcessOf(string program) =>
        int.Parse(await File.ReadAllTextAsync(Path.Combine(Var, "run", program + ".pid")), CultureInfo.InvariantCulture);

    public async Task DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        // make waits for its children and passes no signal on: "make stop" ends the instance and with it "make run".
        await Tool.Run("make", ["--no-print-directory", "stop"], environment: Settings, mayFail: true);
        if (_run is not null)
            await _run.DisposeAsync();
        await Git.DisposeAsync();
    }
}
