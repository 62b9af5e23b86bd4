using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Setup;

/// <summary>One run of setup steps. Its events go to a file on the pod's disk first: who comes back misses nothing.</summary>
internal sealed class SetupRun(GuestSetup setup, string file, PodGuest guest)
{
    // More is not read by anybody, and must not fill the pod's disk.
    private const int MostEvents = 50_000;
    private readonly Lock _gate = new();
    private int _seq;
    private byte[]? _end;

    public string Name => setup.Run;

    public SetupState State { get; private set; } = SetupState.Running;

    public Change Changed { get; } = new();

    /// <summary>The last event, where the disk was too full to keep it; null otherwise.</summary>
    public byte[]? UnkeptEnd => Volatile.Read(ref _end);

    /// <summary>Runs all steps; never throws.</summary>
    public async Task Run()
    {
        Fault? fault;
        try
        {
            _seq = SetupRuns.Continue(file);
            await File.WriteAllTextAsync(SetupRuns.NoteBeside(file), setup.Run);
            fault = await Steps();
        }
        catch (Exception error)
        {
            // Whatever it was: a run without an end would keep its callers waiting for ever.
            Diagnostics.Write($"setup {setup.Run} failed: {error}");
            fault = (error as FaultException)?.Fault ?? new Fault(FaultKind.Internal, $"cannot run setup: {error.Message}");
        }
        Add(null, ProgressKind.Done, fault?.Message, fault: fault, last: true);
        State = fault is null ? SetupState.Done : SetupState.Failed;
        Changed.Raise();
        guest.Changed.Raise();
    }

    private async Task<Fault?> Steps()
    {
        if (setup.Repository is { } repository)
        {
            GitClone.Prepare(guest.Settings.Workspace, User.Ordinary);
            var command = GitClone.Command(repository, guest.Settings.Workspace);
            var fault = await Step("clone", command, guest.Settings.Workspace, TimeSpan.FromMinutes(30), GitClone.Environment, (_, lines) => GitClone.Explain(repository, lines));
            if (fault is not null)
                return fault;
        }
        foreach (var step in setup.Steps)
        {
            var fault = await Step(
                step.Name,
                PodGuest.Shell(step.Run),
                guest.Folder(step.Directory),
                TimeSpan.FromSeconds(step.TimeoutSeconds),
                null,
                (code, lines) => new Fault(FaultKind.Invalid, $"cannot finish {step.Name}: \"{step.Run}\" ended with exit code {code.ToString(CultureInfo.InvariantCulture)}", string.Join('\n', lines.TakeLast(5))));
            if (fault is not null)
                return fault;
        }
        return null;
    }

    private async Task<Fault?> Step(string name, string[] command, string folder, TimeSpan limit, IReadOnlyDictionary<string, string>? environment, Func<int, IReadOnlyList<string>, Fault> explain)
    {
        var clock = Stopwatch.GetTimestamp();
        Add(name, ProgressKind.Begin, string.Join(' ', command.TakeLast(command is ["/bin/bash" or "/bin/sh", ..] ? 1 : command.Length)));
        var last = new Queue<string>();
        var lines = new OutputLines(line =>
        {
            Add(name, ProgressKind.Output, line);
            last.Enqueue(line);
            if (last.Count > 20)
                last.Dequeue();
        });
        Fault? fault = null;
        try
        {
            var user = User.Ordinary;
            var child = guest.Children.Start(new ChildSpec(command, user, folder, guest.EnvironmentOf(user, environment), Joined: true));
            var output = new PipeReader(child.Stdout, bytes => lines.Add(bytes.Span));
            var inTime = await Task.WhenAny(child.Exit, Task.Delay(limit)) == child.Exit;
            if (!inTime)
                await child.EndKin();
            child.Signal(LibC.SIGKILL);
            var code = await child.Exit;
            await output.Rest(CancellationToken.None);
            lines.End();
            if (!inTime)
                fault = new Fault(FaultKind.Timeout, $"cannot finish {name}: no end within {limit.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} minutes");
            else if (code != 0)
                fault = explain(code, [.. last]);
        }
        catch (FaultException error)
        {
            fault = error.Fault;
        }
        Add(name, fault is null ? ProgressKind.End : ProgressKind.Fail, fault?.Message, Stopwatch.GetElapsedTime(clock).TotalSeconds, fault);
        return fault;
    }

    private void Add(string? step, ProgressKind kind, string? message = null, double? seconds = null, Fault? fault = null, bool last = false)
    {
        lock (_gate)
        {
            if (_seq >= MostEvents && kind == ProgressKind.Output)
                return;
            var line = new GuestSetupEvent { Seq = _seq + 1, Step = step, Kind = kind, Message = message, Seconds = seconds, Fault = fault, At = TimeProvider.System.GetUtcNow() };
            var json = JsonSerializer.SerializeToUtf8Bytes(line, ContractsJson.Default.GuestSetupEvent);
            if (Keep([.. json, (byte)'\n'], last))
                _seq++;
            else if (last)
                _end = json;
        }
        Changed.Raise();
    }

    // False where the disk is full: whatever filled it fails and says so, and its output is not worth a failure of its own.
    private bool Keep(byte[] line, bool last)
    {
        using var stream = Open();
        if (stream is null)
            return false;
        var before = stream.Length;
        try
        {
            stream.Write(line);
            stream.Flush(flushToDisk: last);
            return true;
        }
        catch (IOException)
        {
            Shorten(stream, before); // no half lines
            return false;
        }
    }

    private static void Shorten(FileStream stream, long length)
    {
        try
        {
            stream.SetLength(length);
        }
        catch (IOException error)
        {
            Diagnostics.Write($"cannot take back half an event: {error.Message}");
        }
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        }
        catch (IOException error)
        {
            Diagnostics.Write($"cannot keep the events of setup {setup.Run}: {error.Message}");
            return null;
        }
    }
}
