using Pinacle.Contracts;
using Pinacle.Guest.Linux;
using Pinacle.Guest.Network;
using Pinacle.Guest.Services;
using Pinacle.Guest.Setup;
using Pinacle.Guest.Terminals;

namespace Pinacle.Guest;

/// <summary>What the guest knows: the configuration, the services, the setup, the ports, and who wants to hear of changes.</summary>
internal sealed class PodGuest
{
    private readonly CancellationTokenSource _ended = new();
    private GuestConfig? _config;
    private int _execs;

    public PodGuest(GuestSettings settings, Children children)
    {
        Settings = settings;
        Children = children;
        Ports = new PortScan(settings.Port, Changed);
        Setups = new SetupRuns(this);
        Supervisor = new Supervisor(this);
        Terminals = new TerminalList(this);
        DialHold = new DialHold(settings.PortRange, TimeProvider.System);
    }

    public GuestSettings Settings { get; }

    public Children Children { get; }

    public PortScan Ports { get; }

    public SetupRuns Setups { get; }

    public Supervisor Supervisor { get; }

    public TerminalList Terminals { get; }

    public DialHold DialHold { get; }

    public Change Changed { get; } = new();

    /// <summary>Cancelled when the guest was told to end.</summary>
    public CancellationToken Ended => _ended.Token;

    public GuestStatus Status => new()
    {
        Version = ProductVersion.Text,
        SetupRun = Setups.Last,
        SetupState = Setups.State,
        Services = Supervisor.Reports(),
        Ports = Ports.Listening,
        Configured = _config is not null,
        Execs = _execs,
    };

    /// <summary>Takes a configuration; the same again changes nothing.</summary>
    public async Task Configure(GuestConfig config)
    {
        _config = config;
        // An ordinary process (a test) must not rename the machine it runs on. A refusal is no reason to fail.
        if (Environment.ProcessId == 1)
            _ = LibC.SetHostName(config.HostName, config.HostName.Length);
        await Supervisor.Configure(config);
        Ports.Hurry();
        Changed.Raise();
    }

    /// <summary>The environment of a process of <paramref name="user"/>: what a login would set, then the pod's, then <paramref name="more"/>.</summary>
    public Dictionary<string, string> EnvironmentOf(User user, IReadOnlyDictionary<string, string>? more = null)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = user.Home,
            ["USER"] = user.Name,
            ["LOGNAME"] = user.Name,
            ["SHELL"] = user.Shell,
            ["LANG"] = "C.UTF-8",
            ["TERM"] = "dumb",
        };
        foreach (var (name, value) in _config?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            environment[name] = value;
        foreach (var (name, value) in more ?? new Dictionary<string, string>(StringComparer.Ordinal))
            environment[name] = value;
        return environment;
    }

    /// <summary>A shell line as arguments: a login bash where the image has one.</summary>
    public static string[] Shell(string line) => File.Exists("/bin/bash") ? ["/bin/bash", "-lc", line] : ["/bin/sh", "-c", line];

    /// <summary>A login shell for a user who has none.</summary>
    public static IReadOnlyList<string> Interactive => File.Exists("/bin/bash") ? ["/bin/bash", "-l"] : ["/bin/sh", "-l"];

    /// <summary>An absolute folder for a path that may be relative to the workspace.</summary>
    public string Folder(string? directory) => Path.GetFullPath(Path.Combine(Settings.Workspace, directory ?? "."));

    /// <summary>Counts a command under way.</summary>
    public void Count(int difference)
    {
        Interlocked.Add(ref _execs, difference);
        Changed.Raise();
    }

    /// <summary>Lets the program end.</summary>
    public void End() => _ended.CancelAfter(TimeSpan.FromMilliseconds(100));
}
