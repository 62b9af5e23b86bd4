using System.Threading.Channels;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Terminals;

/// <summary>A terminal with what runs in it and what it printed last. Its clients come and go.</summary>
internal sealed class Terminal
{
    // The quickest client may be so far behind before the program in the terminal has to wait for it.
    private const int Ahead = GuestProtocol.Scrollback / 2;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);
    private readonly Scrollback _output = new(GuestProtocol.Scrollback);
    private readonly Channel<byte[]> _input = Channel.CreateBounded<byte[]>(16);
    private readonly object _pace = new();
    private readonly HashSet<TerminalClient> _clients = [];
    private readonly Lock _masterGate = new();
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    private readonly string _command;
    private readonly Child _child;
    private int _master = -1;
    private bool _awaited;
    private bool _stalled;

    /// <summary>Opens it and starts its command.</summary>
    /// <param name="spec">What it is asked to be.</param>
    /// <param name="guest">Whose it is.</param>
    /// <param name="awaited">True where a client opens it that comes at once: its command waits for that one as for one that is there.</param>
    public Terminal(TerminalSpec spec, PodGuest guest, bool awaited)
    {
        _awaited = awaited;
        var user = User.Named(spec.User);
        var command = spec.Command is { Count: > 0 } given ? given : Shell(user);
        (Name, Size, _command) = (spec.Name, Checked(new TerminalSize(spec.Columns, spec.Rows)), string.Join(' ', command));
        var environment = guest.EnvironmentOf(user, new Dictionary<string, string>(StringComparer.Ordinal) { ["TERM"] = "xterm-256color", ["COLORTERM"] = "truecolor" });
        try
        {
            _child = guest.Children.Start(new ChildSpec(command, user, guest.Folder(spec.Directory), environment), () =>
            {
                (_master, var path) = Pty.Open(Size);
                return new Stdio(-1, -1, -1, path);
            });
        }
        catch
        {
            if (_master >= 0)
                _ = LibC.Close(_master);
            throw;
        }
        // A descriptor for each of the two threads: neither may close the other's.
        var output = MasterReader.Read(LibC.Duplicate(_master), bytes => Take(bytes.Span));
        new Thread(Feed, maxStackSize: 256 << 10) { IsBackground = true, Name = "terminal" }.Start(LibC.Duplicate(_master));
        _ = End(output);
    }

    public string Name { get; }

    public TerminalSize Size { get; private set; }

    /// <summary>Something was printed, its size changed, or it ended.</summary>
    public Change Changed { get; } = new();

    /// <summary>Null while its command runs.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>True once somebody was told that it ended.</summary>
    public bool Seen { get; set; }

    public TerminalReport Report() => new(Name, _command, Size.Columns, Size.Rows, _clients.Count, _startedAt, ExitCode);

    /// <summary>A new client, who begins with what is left of the past.</summary>
    public TerminalClient Attach()
    {
        var client = new TerminalClient(this);
        lock (_pace)
        {
            _clients.Add(client);
            _awaited = false;
        }
        return client;
    }

    /// <summary>The client has gone.</summary>
    public void Detach(TerminalClient client)
    {
        lock (_pace)
        {
            _clients.Remove(client);
            Monitor.PulseAll(_pace);
        }
    }

    /// <summary>What was printed at that place, or first after it.</summary>
    public (long From, byte[] Bytes) Read(long position, int most) => _output.Read(position, most);

    /// <summary>True when there is nothing behind that place and never will be.</summary>
    public bool IsOver(long position) => ExitCode is not null && position >= _output.End;

    /// <summary>A client took something, or may take more now.</summary>
    public void Progress()
    {
        lock (_pace)
        {
            _stalled = false;
            Monitor.PulseAll(_pace);
        }
    }

    /// <summary>What a person typed; waits while the program does not read.</summary>
    public ValueTask Type(byte[] bytes, CancellationToken cancellationToken) =>
        ExitCode is null ? _input.Writer.WriteAsync(bytes, cancellationToken) : ValueTask.CompletedTask;

    public void Resize(TerminalSize size)
    {
        Size = Checked(size);
        lock (_masterGate)
        {
            if (_master >= 0)
                Pty.Resize(_master, size);
        }
        Changed.Raise();
    }

    public void Signal(int signal)
    {
        lock (_masterGate)
        {
            if (_master >= 0 && signal is > 0 and < 32)
                Pty.Signal(_master, signal);
        }
    }

    /// <summary>Hangs up, as when a window is closed, and ends what does not listen to that.</summary>
    public async Task Close()
    {
        _child.SignalKin(LibC.SIGHUP);
        await _child.EndKin(CloseGrace);
    }

    private static TerminalSize Checked(TerminalSize size) => size is { Columns: >= 1 and <= 1000, Rows: >= 1 and <= 1000 }
        ? size
        : throw new FaultException(FaultKind.Invalid, "cannot use that size: a terminal has 1 to 1,000 columns and rows");

    private static IReadOnlyList<string> Shell(User user) => File.Exists(user.Shell) ? [user.Shell, "-l"] : PodGuest.Interactive;

    // On the reading thread. A program waits for the quickest of its clients; for none where all of them stand still, or there is none.
    private void Take(ReadOnlySpan<byte> bytes)
    {
        _output.Append(bytes);
        Changed.Raise();
        lock (_pace)
        {
            while (!_stalled && (_awaited || _clients.Count > 0) && _clients.Select(client => client.Position).DefaultIfEmpty().Max() + Ahead < _output.End)
                _stalled = !Monitor.Wait(_pace, Stall);
        }
    }

    private unsafe void Feed(object? descriptor)
    {
        var master = (int)descriptor!;
        while (_input.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_input.Reader.TryRead(out var bytes))
            {
                for (var sent = 0; sent < bytes.Length;)
                {
                    nint count;
                    fixed (byte* pointer = &bytes[sent])
                        count = LibC.Write(master, pointer, bytes.Length - sent);
                    if (count <= 0)
                        break; // it has ended: End says so
                    sent += (int)count;
                }
            }
        }
        _ = LibC.Close(master);
    }

    private async Task End(Task output)
    {
        var code = await _child.Exit;
        // What it printed last; a program that it left behind may hold the terminal for ever.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromMilliseconds(500)));
        _input.Writer.TryComplete();
        lock (_masterGate)
        {
            _ = LibC.Close(_master);
            _master = -1;
        }
        ExitCode = code;
        Changed.Raise();
    }
}
