using CliWrap;

namespace Pinacle.Podd.Tests.Guests;

/// <summary><c>git daemon</c> with one small repository, on a free port of the loopback.</summary>
internal sealed class GitServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly int _port = RunningGuest.FreePort();
    private Task _daemon = Task.CompletedTask;

    public static async Task<GitServer> Start(string root)
    {
        var folder = Path.Combine(root, $"git-{Guid.NewGuid():N}");
        var demo = Path.Combine(folder, "demo");
        Directory.CreateDirectory(demo);
        await File.WriteAllTextAsync(Path.Combine(demo, "README"), "hello\n");
        await Git(demo, "init", "--quiet", "--initial-branch=main");
        await Git(demo, "add", "README");
        await Git(demo, "-c", "user.name=test", "-c", "user.email=test@example.test", "commit", "--quiet", "--message=first");
        var server = new GitServer();
        // Not `git daemon`: that would leave its child behind when it is killed.
        var program = Path.Combine((await Output("git", "--exec-path")).Trim(), "git-daemon");
        server._daemon = Cli.Wrap(program)
            .WithArguments(["--reuseaddr", "--export-all", "--listen=127.0.0.1", $"--port={server._port}", $"--base-path={folder}", folder])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(server._end.Token);
        await Eventually.Succeeds(() => Output("git", "ls-remote", server.Url("demo")), TimeSpan.FromSeconds(20));
        return server;
    }

    public string Url(string repository) => $"git://127.0.0.1:{_port}/{repository}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _daemon;
        }
        catch (OperationCanceledException)
        {
            // It was ended.
        }
        _end.Dispose();
    }

    private static Task Git(string folder, params string[] arguments) => Cli.Wrap("git").WithArguments(arguments).WithWorkingDirectory(folder).ExecuteAsync();

    private static async Task<string> Output(string program, params string[] arguments)
    {
        var output = new System.Text.StringBuilder();
        await Cli.Wrap(program).WithArguments(arguments).WithStandardOutputPipe(PipeTarget.ToStringBuilder(output)).ExecuteAsync();
        return output.ToString();
    }
}
