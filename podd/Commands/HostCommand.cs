using System.Diagnostics;
using System.Text;
using CliWrap;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Commands;

/// <summary>The one door to other programs: an argument list, never a command line; stderr, exit code and duration in the exception and the log; asked to stop first, killed after.</summary>
public sealed partial class HostCommand(ILogger<HostCommand> logger)
{
    /// <summary>How long a program gets unless the caller says otherwise. Every program gets a limit: <c>runsc list</c> hangs behind a stuck delete.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // What a program complains of may be made of a pod's file names, a line for each of a million.
    private const int MostErrors = 64 << 10;

    // A program that podd starts must not talk to systemd in podd's name, nor be told about podd's own settings.
    private static readonly Dictionary<string, string?> Environment = new(StringComparer.Ordinal)
    {
        ["NOTIFY_SOCKET"] = null,
        ["LISTEN_FDS"] = null,
        ["LISTEN_PID"] = null,
        ["LC_ALL"] = "C.UTF-8",
    };

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <exception cref="HostCommandException">It could not be started, its exit code is not 0 (nor one of <paramref name="allow"/>), or its time was over.</exception>
    public async Task<HostCommandResult> Run(
        string program,
        IReadOnlyList<string> arguments,
        TimeSpan? timeout = null,
        string? input = null,
        IReadOnlyList<int>? allow = null,
        CancellationToken cancellationToken = default)
    {
        var stdout = new StringBuilder();
        var (exitCode, stderr) = await Execute(program, arguments, PipeTarget.ToStringBuilder(stdout), timeout ?? DefaultTimeout, input, allow, cancellationToken);
        return new HostCommandResult(exitCode, stdout.ToString(), stderr);
    }

    /// <summary>Runs a program to its end and passes on what it prints.</summary>
    /// <inheritdoc cref="Run" path="/exception"/>
    public Task Stream(string program, IReadOnlyList<string> arguments, Stream output, TimeSpan timeout, IReadOnlyList<int>? allow, CancellationToken cancellationToken) =>
        Execute(program, arguments, PipeTarget.ToStream(output), timeout, null, allow, cancellationToken);

    private async Task<(int ExitCode, string Stderr)> Execute(
        string program, IReadOnlyList<string> arguments, PipeTarget output, TimeSpan limit, string? input, IReadOnlyList<int>? allow, CancellationToken cancellationToken)
    {
        var stderr = new MemoryStream();
        using var forceful = new CancellationTokenSource();
        using var graceful = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        graceful.CancelAfter(limit);
        using var escalation = graceful.Token.Register(() => forceful.CancelAfter(Grace));
        var clock = Stopwatch.GetTimestamp();

        try
        {
            var command = Cli.Wrap(program)
                .WithArguments(arguments)
                .WithEnvironmentVariables(Environment)
                .WithValidation(CommandResultValidation.None)
                .WithStandardOutputPipe(output)
                .WithStandardErrorPipe(PipeTarget.Create((errors, token) => Keep(errors, stderr, token)));
            if (input is not null)
                command = command.WithStandardInputPipe(PipeSource.FromString(input));

            var running = Orphans.Start(() => command.ExecuteAsync(forceful.Token, graceful.Token), started => started.ProcessId);
            CommandResult result;
            try
            {
                result = await running;
            }
            finally
            {
                Orphans.Ended(running.ProcessId);
            }
            var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            if (result.ExitCode != 0 && allow?.Contains(result.ExitCode) != true)
                throw new HostCommandException(program, arguments, result.ExitCode, Text(stderr), seconds);
            if (logger.IsEnabled(LogLevel.Debug))
                Log.Ran(logger, program, string.Join(' ', arguments), result.ExitCode, seconds);
            return (result.ExitCode, Text(stderr));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HostCommandException(program, arguments, null, $"no end within {limit.TotalSeconds:0.#} s. {Text(stderr)}", limit.TotalSeconds);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new HostCommandException(program, arguments, null, error.Message, 0, error);
        }
    }

    // The first bytes; the rest is read and dropped.
    private static async Task Keep(Stream errors, MemoryStream kept, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        int count;
        while ((count = await errors.ReadAsync(buffer, cancellationToken)) > 0)
            kept.Write(buffer, 0, (int)Math.Min(count, MostErrors - kept.Length));
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "ran {Program} {Arguments}: exit {ExitCode} after {Seconds:0.000} s")]
        public static partial void Ran(ILogger logger, string program, string arguments, int exitCode, double seconds);
    }
}
