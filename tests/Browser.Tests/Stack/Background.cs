using CliWrap;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>A program that runs while tests do; its output goes to a file. Ended by SIGINT, as Ctrl-C does.</summary>
public sealed class Background : IAsyncDisposable
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly CommandTask<CommandResult> _task;
    private readonly FileStream _log;

    public Background(string program, string[] arguments, string log, IReadOnlyDictionary<string, string?> environment)
    {
        LogFile = log;
        _log = new FileStream(log, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        _task = Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(Repository.Root)
            .WithEnvironmentVariables(environment)
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToStream(_log, autoFlush: true))
            .WithStandardErrorPipe(PipeTarget.ToStream(_log, autoFlush: true))
            .ExecuteAsync(_kill.Token, _interrupt.Token);
    }

    public string LogFile { get; }

    public int ProcessId => _task.ProcessId;

    public bool Ended => _task.Task.IsCompleted;

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _interrupt.CancelAsync();
        _kill.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            await _task;
        }
        catch (OperationCanceledException)
        {
            // Ended as asked.
        }
        await _log.DisposeAsync();
        _interrupt.Dispose();
        _kill.Dispose();
    }
}
