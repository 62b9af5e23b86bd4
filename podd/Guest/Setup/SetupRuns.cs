using System.Runtime.CompilerServices;
using System.Text.Json;
using Pinacle.Contracts;

namespace Pinacle.Guest.Setup;

/// <summary>The runs of setup: at most one at a time, the finished ones on the pod's disk.</summary>
internal sealed class SetupRuns(PodGuest guest)
{
    private readonly Lock _gate = new();
    private SetupRun? _run;

    public string? Last => _run?.Name;

    public SetupState State => _run?.State ?? SetupState.None;

    /// <summary>Begins a run, or joins it by its name: its events from <paramref name="from"/> on, to its end.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> Join(GuestSetup setup, int from, CancellationToken cancellationToken)
    {
        if (setup.Run.Length is 0 or > 64 || !setup.Run.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            throw new FaultException(FaultKind.Invalid, "cannot run setup: its name must be letters, digits and hyphens");
        var file = FileOf(setup.Run);
        lock (_gate)
        {
            if (_run?.Name == setup.Run)
                return Events(file, _run, from, cancellationToken);
            if (_run is { State: SetupState.Running })
                throw new FaultException(FaultKind.Conflict, $"cannot run setup {setup.Run}: {_run.Name} is under way");
            if (Finished(file))
                return Events(file, null, from, cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            _run = new SetupRun(setup, file, guest);
            _ = Task.Run(_run.Run, CancellationToken.None);
            guest.Changed.Raise();
            return Events(file, _run, from, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Events(string file, SetupRun? run, int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long position = 0;
        while (true)
        {
            var changed = run?.Changed.Next ?? Task.CompletedTask;
            var over = run is not { State: SetupState.Running };
            var lines = Read(file, ref position);
            foreach (var line in lines)
            {
                var read = JsonSerializer.Deserialize(line, ContractsJson.Default.GuestSetupEvent)!;
                if (read.Seq >= from)
                    yield return line;
                if (read.Kind == ProgressKind.Done)
                    yield break;
            }
            if (lines.Count > 0)
                continue;
            if (over)
                throw new FaultException(FaultKind.Internal, "cannot tell how the setup ended: its log has no end");
            await changed.WaitAsync(cancellationToken);
        }
    }

    // Whole lines only: the last one may be half written.
    private static List<byte[]> Read(string file, ref long position)
    {
        var lines = new List<byte[]>();
        if (!File.Exists(file))
            return lines;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = position;
        var bytes = new byte[Math.Min(stream.Length - position, 256 << 10)];
        stream.ReadExactly(bytes);
        var start = 0;
        for (int newline; (newline = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = newline + 1)
            lines.Add(bytes[start..newline]);
        position += start;
        return lines;
    }

    // A run that the end of the pod cut has no last event: it runs again.
    private static bool Finished(string file) =>
        File.Exists(file) && File.ReadLines(file).LastOrDefault() is { Length: > 0 } line && line.Contains("\"kind\":\"done\"", StringComparison.Ordinal);

    private string FileOf(string run) => Path.Combine(guest.Settings.StateFolder, "setup", run + ".jsonl");
}
