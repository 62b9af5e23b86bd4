using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Network;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A real Postgres in the namespace that plays the internet, for pods to be connected to.</summary>
internal sealed class OutsidePostgres : IAsyncDisposable
{
    public const int Port = 5432;

    private static readonly HostCommand Command = new(NullLogger<HostCommand>.Instance);
    private static readonly string Programs = Path.Combine(Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).First(), "bin");

    private readonly string _folder = Directory.CreateTempSubdirectory("outside-postgres-").FullName;
    private CommandTask<CommandResult>? _server;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts it in <see cref="World.Namespace"/>.</summary>
    public async Task Start()
    {
        await Command.Run("chown", ["postgres", _folder]);
        await Command.Run("setpriv", [.. AsPostgres(), Path.Combine(Programs, "initdb"), "--auth=trust", "--no-sync", "-D", Data], TimeSpan.FromMinutes(2));
        await File.AppendAllTextAsync(Path.Combine(Data, "pg_hba.conf"), "host all all 0.0.0.0/0 trust\n");
        _server = Cli.Wrap("ip")
            .WithArguments([
                "netns", "exec", Path.GetFileName(World.Namespace), "setpriv", .. AsPostgres(), Path.Combine(Programs, "postgres"), "-D", Data,
                "-h", World.Internet, "-p", Port.ToString(CultureInfo.InvariantCulture), "-k", "", "-F",
            ])
            .WithValidation(CommandResultValidation.None)
            .WithStandardErrorPipe(PipeTarget.ToFile(Path.Combine(_folder, "log")))
            .ExecuteAsync();
        await PoddProcess.Eventually(
            async () => (await Command.Run("ip", ["netns", "exec", Path.GetFileName(World.Namespace), Path.Combine(Programs, "pg_isready"), "-h", World.Internet], allow: [1, 2, 3])).ExitCode == 0,
            () => $"the outside Postgres does not start: {File.ReadAllText(Path.Combine(_folder, "log"))}");
    }

    /// <summary>How many clients it believes to have.</summary>
    public static async Task<int> Clients() =>
        int.Parse((await Command.Run("ip", [
            "netns", "exec", Path.GetFileName(World.Namespace), Path.Combine(Programs, "psql"), "-h", World.Internet, "-U", "postgres", "-d", "postgres", "-Atc",
            "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
        ])).Stdout, CultureInfo.InvariantCulture);

    /// <summary>The host's psql with all that it is linked with, by the names to give them: <c>psql</c>, its loader <c>ld</c>, and the libraries.</summary>
    public static async Task<IReadOnlyList<(string Name, string File)>> Client()
    {
        var psql = Path.Combine(Programs, "psql");
        var linked = Regex.Matches((await Command.Run("ldd", [psql])).Stdout, @"(\S+ => )?(?<file>/\S+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture).Select(match => match.Groups["file"].Value);
        return [("psql", psql), .. linked.Select(file => (Path.GetFileName(file).StartsWith("ld-", StringComparison.Ordinal) ? "ld" : Path.GetFileName(file), file))];
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await Command.Run("kill", ["-INT", _server.ProcessId.ToString(CultureInfo.InvariantCulture)], allow: [1]);
            await _server.Task;
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] AsPostgres() => ["--reuid=postgres", "--regid=postgres", "--clear-groups"];
}
