using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CliWrap;
using Npgsql;

namespace Pinacle.Web.Tests.Stand;

/// <summary>A throw-away Postgres for the whole test run: real, on a loopback port of its own, without fsync. Gone when the process ends, however it ends.</summary>
public sealed class PostgresCluster
{
    private static readonly Lazy<Task<PostgresCluster>> One = new(Begin);
    private readonly string folder;
    private readonly string bin;
    private int databases;

    private PostgresCluster(string folder, string bin, int port) => (this.folder, this.bin, Port) = (folder, bin, port);

    public int Port { get; }

    public static Task<PostgresCluster> Shared => One.Value;

    public string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Database={database};Maximum Pool Size=40";

    /// <summary>An empty database; the connection string to it.</summary>
    public async Task<string> MakeDatabase()
    {
        var name = $"t{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name} TEMPLATE template0";
        await command.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    private static async Task<PostgresCluster> Begin()
    {
        var programs = Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).First() + "/bin";
        var made = Directory.CreateTempSubdirectory("pinacle-web-tests-").FullName;
        if (Environment.IsPrivilegedProcess)
            await Cli.Wrap("chown").WithArguments(["postgres", made]).ExecuteAsync();
        var port = FreePort();
        var cluster = new PostgresCluster(made, programs, port);
        await cluster.Run("initdb", "-D", $"{made}/data", "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8");
        cluster.Serve();
        await Eventually.True(cluster.Answers);
        return cluster;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Run(string program, params string[] arguments)
    {
        var result = await AsServant($"{bin}/{program}", arguments).WithValidation(CommandResultValidation.None).ExecuteAsync();
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"cannot {program}: exit code {result.ExitCode}");
    }

    /// <summary>Starts the server below a shell that reads from this process: when it ends, however it ends, the shell reads the end, and takes server and files away.</summary>
    private void Serve() => _ = AsServant(
            "/bin/sh",
            [
                "-c", "\"$1/postgres\" -D \"$2/data\" -c listen_addresses=127.0.0.1 -p \"$3\" -c unix_socket_directories=\"$2\" -c fsync=off -c synchronous_commit=off"
                    + " -c full_page_writes=off -c max_connections=400 -c shared_buffers=32MB & cat >/dev/null; kill -QUIT $!; wait $!; rm -rf \"$2\"",
                "sh", bin, folder, Port.ToString(CultureInfo.InvariantCulture),
            ])
        .WithStandardInputPipe(PipeSource.Create((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken)))
        .WithValidation(CommandResultValidation.None).ExecuteAsync();

    private async Task<bool> Answers()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Postgres refuses to run as root.
    private static Command AsServant(string program, string[] arguments) =>
        (Environment.IsPrivilegedProcess ? Cli.Wrap("runuser").WithArguments(["-u", "postgres", "--", program, .. arguments]) : Cli.Wrap(program).WithArguments(arguments))
        .WithWorkingDirectory("/").WithStandardOutputPipe(PipeTarget.Null).WithStandardErrorPipe(PipeTarget.Null);
}
