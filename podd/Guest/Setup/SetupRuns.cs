using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;

namespace Pinacle.Guest.Setup;

/// <summary>The runs of setup: at most one at a time, the finished ones on the pod's disk.</summary>
internal sealed class SetupRuns(PodGuest guest)
{
    private readonly Lock _gate = new();
    // What ran before the guest's start: the pod's disk remembers it.
    private readonly (string? Name, SetupState State) _before = Remembered(Path.Combine(guest.Settings.StateFolder, "setup"));
    private SetupRun? _run;

    public string? Last => _run?.Name ?? _before.Name;

    public SetupState State => _run?.State ?? _before.State;

    /// <summary>The file that says which run began last.</summary>
    public static string NoteBeside(string file) => Path.Combine(Path.GetDirectoryName(file)!, "latest");

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
            // Its last event is out a moment before its state.
            if (_run is { State: SetupState.Running, UnkeptEnd: null } && !Finished(FileOf(_run.Name)))
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
            if (run?.UnkeptEnd is { } end)
            {
                yield return end;
                yield break;
            }
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

    // A run that the end of the pod cut has no last event: it counts as not begun and runs again.
    private static (string? Name, SetupState State) Remembered(string folder)
    {
        var note = Path.Combine(folder, "latest");
        if (!File.Exists(note) || File.ReadAllText(note).Trim() is not { Length: > 0 and <= 64 } name || Path.GetFileName(name) != name)
            return (null, SetupState.None);
        return End(Path.Combine(folder, name + ".jsonl")) is { } end
            ? (name, end.Fault is null ? SetupState.Done : SetupState.Failed)
            : (name, SetupState.None);
    }

    /// <summary>Readies the file of a run for its events, and gives the number of the last one there: a run that the end of the pod cut goes on counting, so that no two events have one number.</summary>
    public static int Continue(string file)
    {
        if (!File.Exists(file))
            return 0;
        var last = 0;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        using var reader = new StreamReader(stream);
        long whole = 0;
        while (reader.ReadLine() is { } line)
        {
            if (Parse(line) is not { } read || read.Seq != last + 1)
                break;
            last = read.Seq;
            whole += Encoding.UTF8.GetByteCount(line) + 1;
        }
        // What follows is half a line, or was never the guest's.
        stream.SetLength(Math.Min(whole, stream.Length));
        return last;
    }

    private static bool Finished(string file) => End(file) is not null;

    private static GuestSetupEvent? End(string file)
    {
        if (!File.Exists(file) || File.ReadLines(file).LastOrDefault() is not { Length: > 0 } line)
            return null;
        return Parse(line) is { Kind: ProgressKind.Done } end ? end : null;
    }

    private static GuestSetupEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ContractsJson.Default.GuestSetupEvent);
        }
        catch (JsonException)
        {
            return null; // cut in the middle of a line
        }
    }

    private string FileOf(string run) => Path.Combine(guest.Settings.StateFolder, "setup", run + ".jsonl");
}
