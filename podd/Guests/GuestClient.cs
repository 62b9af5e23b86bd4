using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Pinacle.Contracts;

namespace Pinacle.Podd.Guests;

/// <summary>Speaks with the guest of one pod (shared/Guest). What it says is the pod's word: bounded, and never trusted beyond its own pod.</summary>
public sealed class GuestClient(string address, int port, string key)
{
    private const int OutputLimit = 1 << 20;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    // Longer than a service has to end.
    private static readonly TimeSpan AnswerAfterServices = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DiffLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WatchPause = TimeSpan.FromMilliseconds(50);

    /// <summary>After this without a byte in the middle of an act the guest is given up.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(GuestProtocol.SilenceSeconds);

    /// <summary>True while the pod is frozen: then its guest may be silent.</summary>
    public Func<bool> IsFrozen { get; init; } = () => false;

    /// <summary>Cancelled when the sandbox has ended: acts end then, too.</summary>
    public CancellationToken Gone { get; init; }

    /// <summary>What the guest sees now.</summary>
    public async Task<GuestStatus> Status(CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Status }, cancellationToken);
        return GuestWord.Check(connection.Answer.Status ?? throw GuestConnection.Broken("no status"));
    }

    /// <summary>Gives the guest its environment and services.</summary>
    public async Task Configure(GuestConfig config, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Configure, Config = config }, cancellationToken, AnswerAfterServices);
    }

    /// <summary>Runs, or joins, setup steps.</summary>
    public async IAsyncEnumerable<GuestSetupEvent> Setup(GuestSetup setup, int from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Setup, Setup = setup, From = from }, cancellationToken);
        var word = new SetupWord(setup);
        while (await connection.Read(cancellationToken) is { } frame)
        {
            var line = word.Check(frame.As(ContractsJson.Default.GuestSetupEvent));
            yield return line;
            if (line.Kind == ProgressKind.Done)
                yield break;
        }
        throw GuestConnection.Broken("the setup's events ended before the setup did");
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<ExecResult> Exec(ExecSpec exec, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Exec, Exec = exec }, cancellationToken);
        return await Within(TimeSpan.FromSeconds(exec.Timeout + 15), "a command", token => Output(connection, token), cancellationToken);
    }

    private static async Task<ExecResult> Output(GuestConnection connection, CancellationToken cancellationToken)
    {
        var (stdout, stderr, truncated) = (new MemoryStream(), new MemoryStream(), false);
        while (await connection.Read(cancellationToken) is { } frame)
        {
            switch (frame.Kind)
            {
                case GuestFrame.Stdout or GuestFrame.Stderr:
                    truncated |= !Keep(frame.Kind == GuestFrame.Stdout ? stdout : stderr, frame.Payload.Span);
                    break;
                case GuestFrame.Exit:
                    var exit = frame.As(ContractsJson.Default.GuestExit);
                    return new ExecResult(exit.Code, Text(stdout), Text(stderr), truncated, exit.TimedOut);
                default:
                    throw GuestConnection.Broken($"frame {frame.Kind} in an exec");
            }
        }
        throw GuestConnection.Broken("the command's output ended without its exit");
    }

    /// <summary>A byte stream to a port that listens on loopback in the pod.</summary>
    public async Task<Stream> Relay(int target, CancellationToken cancellationToken)
    {
        var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Relay, Port = target }, cancellationToken);
        return connection.Raw();
    }

    /// <summary>The guest's status now, and at each change.</summary>
    public async IAsyncEnumerable<GuestStatus> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Watch }, cancellationToken);
        while (await connection.Read(cancellationToken) is { } frame)
        {
            yield return GuestWord.Check(frame.As(ContractsJson.Default.GuestStatus));
            // Each is told to web: a guest that changes all the time is heard so often and not more.
            await Task.Delay(WatchPause, cancellationToken);
        }
    }

    /// <summary>Copies a service's log to <paramref name="output"/>.</summary>
    public async Task Logs(string service, int tail, bool follow, Stream output, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Logs, Name = service, Tail = tail, Follow = follow }, cancellationToken);
        while (await connection.Read(cancellationToken) is { } frame)
        {
            if (frame.Kind != GuestFrame.Stdout)
                throw GuestConnection.Broken($"frame {frame.Kind} in a log");
            await output.WriteAsync(frame.Payload, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Starts a service again.</summary>
    public async Task Restart(string service, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Restart, Name = service }, cancellationToken, AnswerAfterServices);
    }

    /// <summary>A file with its bytes, or a folder's listing.</summary>
    /// <param name="path">Absolute in the pod.</param>
    /// <param name="offset">The first byte; negative counts from the end.</param>
    /// <param name="length">How many bytes at most; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<GuestFile> ReadFile(string path, CancellationToken cancellationToken, long offset = 0, long? length = null) =>
        new(await Call(new GuestCall { Key = key, Act = GuestAct.ReadFile, Path = path, Offset = offset, Length = length }, cancellationToken));

    /// <summary>A folder, packed as <c>tar.gz</c>.</summary>
    public async Task<GuestFile> Archive(string path, CancellationToken cancellationToken) =>
        new(await Call(new GuestCall { Key = key, Act = GuestAct.Archive, Path = path }, cancellationToken));

    /// <summary>Replaces a file.</summary>
    public async Task WriteFile(string path, Stream content, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.WriteFile, Path = path }, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (verdict, sending) = (connection.Read(end.Token), Send(connection, content, end.Token));
        try
        {
            // The pod's disk may be full long before the content is at its end.
            if (await Task.WhenAny(sending, verdict) == sending)
                await sending;
            if (await verdict is not { Kind: GuestFrame.Exit } || !sending.IsCompleted)
                throw GuestConnection.Broken("a file's bytes were not confirmed");
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll((Task)verdict, sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Removes a file or folder.</summary>
    public async Task DeleteFile(string path, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.DeleteFile, Path = path }, cancellationToken, TimeSpan.FromMinutes(5));
    }

    /// <summary>All terminals, after the one of <paramref name="spec"/> was opened where it was not.</summary>
    public async Task<IReadOnlyList<TerminalReport>> Terminals(TerminalSpec? spec, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Terminals, Terminal = spec }, cancellationToken);
        return GuestWord.Check(connection.Answer.Terminals ?? throw GuestConnection.Broken("no terminals"));
    }

    /// <summary>Frames of a terminal (<see cref="GuestAct.Terminal"/>) both ways.</summary>
    public async Task<Stream> Terminal(TerminalSpec spec, CancellationToken cancellationToken) =>
        (await Call(new GuestCall { Key = key, Act = GuestAct.Terminal, Terminal = spec }, cancellationToken)).Raw();

    /// <summary>Ends a terminal.</summary>
    public async Task CloseTerminal(string name, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.CloseTerminal, Name = name }, cancellationToken);
    }

    /// <summary>State of the workspace's repository.</summary>
    public async Task<GitReport> Git(CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Git }, cancellationToken, TimeSpan.FromSeconds(30));
        return GuestWord.Check(connection.Answer.Git ?? throw GuestConnection.Broken("no git report"));
    }

    /// <summary>What the workspace differs from its last commit.</summary>
    public async Task<GitDiff> GitDiff(CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.GitDiff }, cancellationToken, TimeSpan.FromSeconds(30));
        return await Within(DiffLimit, "a diff", token => Diff(connection, token), cancellationToken);
    }

    private static async Task<GitDiff> Diff(GuestConnection connection, CancellationToken cancellationToken)
    {
        var (text, over) = (new MemoryStream(), false);
        while (await connection.Read(cancellationToken) is { } frame)
        {
            if (frame.Kind == GuestFrame.Event)
                return new GitDiff(Text(text), over | frame.As(ContractsJson.Default.GitDiffEnd).Truncated);
            if (frame.Kind != GuestFrame.Stdout)
                throw GuestConnection.Broken($"frame {frame.Kind} in a diff");
            over |= !Keep(text, frame.Payload.Span);
        }
        throw GuestConnection.Broken("a diff had no end");
    }

    /// <summary>Flushes the pod's files.</summary>
    public async Task Sync(CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Sync }, cancellationToken, TimeSpan.FromSeconds(60));
    }

    /// <summary>The pod's TCP connections to anything outside of it, without the one that asks.</summary>
    /// <param name="holdDials">Keep its processes from dialling, for 15 s or until anything else is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<OutsideConnection>> Connections(bool holdDials, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Connections, HoldDials = holdDials }, cancellationToken);
        await connection.End(cancellationToken);
        return connection.Answer.Connections ?? throw GuestConnection.Broken("no connections");
    }

    /// <summary>Files without a name that its processes use; none where the guest is too old to know.</summary>
    public async Task<IReadOnlyList<HeldFile>> HeldFiles(CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.HeldFiles }, cancellationToken);
        return GuestWord.Check(connection.Answer.HeldFiles ?? throw GuestConnection.Broken("no files"));
    }

    /// <summary>Whether ports react to a connection.</summary>
    public async Task<IReadOnlyList<PortProbe>> Probe(IReadOnlyList<int> ports, CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Probe, Ports = ports }, cancellationToken);
        await connection.End(cancellationToken);
        return [.. (connection.Answer.Probes ?? throw GuestConnection.Broken("no probes")).OfType<PortProbe>().Where(probe => ports.Contains(probe.Port)).DistinctBy(probe => probe.Port)];
    }

    /// <summary>Ends services in order and then the guest.</summary>
    public async Task Shutdown(CancellationToken cancellationToken)
    {
        await using var connection = await Call(new GuestCall { Key = key, Act = GuestAct.Shutdown }, cancellationToken, TimeSpan.FromSeconds(20));
    }

    private async Task<GuestConnection> Call(GuestCall call, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit ?? Answer);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        GuestConnection? connection = null;
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), port), timeout.Token);
            connection = new GuestConnection(socket, new GuestPatience(Silence, IsFrozen, Gone));
            await connection.Begin(call, timeout.Token);
            return connection;
        }
        catch (Exception error)
        {
            if (connection is not null)
                await connection.DisposeAsync();
            socket.Dispose();
            throw error switch
            {
                FaultException => error,
                OperationCanceledException when !cancellationToken.IsCancellationRequested => new FaultException(FaultKind.Timeout, $"cannot reach the guest at {address}: no answer to {call.Act}"),
                SocketException or IOException => new FaultException(FaultKind.PodDown, $"cannot reach the guest at {address}: {error.Message}", innerException: error),
                JsonException => GuestConnection.Broken(error.Message),
                _ => error,
            };
        }
    }

    // A guest that drips is never silent.
    private static async Task<T> Within<T>(TimeSpan most, string what, Func<CancellationToken, Task<T>> act, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(most);
        try
        {
            return await act(limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FaultException(FaultKind.Timeout, $"cannot wait for the guest: {what} had no end within {most.TotalSeconds:0} s", innerException: error);
        }
    }

    private static async Task Send(GuestConnection connection, Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[GuestProtocol.MaxFrame];
        int count;
        while ((count = await content.ReadAsync(buffer, cancellationToken)) > 0)
            await connection.Write(GuestFrame.Stdin, buffer.AsMemory(0, count), cancellationToken);
        await connection.Write(GuestFrame.End, default, cancellationToken);
    }

    // False where the limit is reached.
    private static bool Keep(MemoryStream text, ReadOnlySpan<byte> bytes)
    {
        var room = (int)Math.Min(bytes.Length, OutputLimit - text.Length);
        text.Write(bytes[..room]);
        return room == bytes.Length;
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
}
