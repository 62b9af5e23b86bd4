using System.Net;
using System.Net.Sockets;
using CliWrap;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Xunit;

namespace Pinacle.Podd.Tests.Guests;

/// <summary>The real guest, as an ordinary process on a free port, with folders of its own that go away with it.</summary>
public class RunningGuest : IAsyncLifetime
{
    public const string Key = "00112233445566778899aabbccddeeff";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private CancellationTokenSource _killed = new();
    private CommandTask<CommandResult>? _process;

    public string Root { get; } = Directory.CreateTempSubdirectory("pinacle-guest-").FullName;

    public string Workspace => Path.Combine(Root, "workspace");

    public int Port { get; } = FreePort();

    public int ProcessId => _process!.ProcessId;

    public GuestClient Client => new("127.0.0.1", Port, Key);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Workspace);
        await File.WriteAllTextAsync(Path.Combine(Root, "key"), Key);
        await Start();
    }

    public async Task Start()
    {
        _killed = new CancellationTokenSource();
        _process = Cli.Wrap(Path.Combine(AppContext.BaseDirectory, "guest"))
            .WithArguments([Path.Combine(Root, "key"), Path.Combine(Root, "state"), Workspace, $"{Port}"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(_killed.Token);
        await Eventually.Succeeds(() => Client.Status(CancellationToken.None), StartLimit);
        await Configure();
    }

    /// <summary>The exit code, once it has ended by itself.</summary>
    public async Task<int> Ended() => (await _process!.Task.WaitAsync(StartLimit)).ExitCode;

    /// <summary>As a crash of the host would end it.</summary>
    public async Task Kill()
    {
        await _killed.CancelAsync();
        try
        {
            await _process!;
        }
        catch (OperationCanceledException)
        {
            // That was the wish.
        }
        _killed.Dispose();
    }

    public async Task DisposeAsync()
    {
        try
        {
            await Client.Configure(new GuestConfig { HostName = "none", Environment = new Dictionary<string, string>(), Services = [], ServicesOn = false }, CancellationToken.None);
        }
        catch (FaultException)
        {
            // A test has ended it already.
        }
        await Kill();
        // .NET does not find names again that are not UTF-8.
        await Cli.Wrap("rm").WithArguments(["-rf", Root]).ExecuteAsync();
    }

    public Task<ExecResult> Exec(params string[] command) => Client.Exec(new ExecSpec { Command = command }, CancellationToken.None);

    public Task Configure(params ServiceSpec[] services) => Configure(new Dictionary<string, string> { ["POD_WORD"] = "pinacle" }, services);

    // A home of its own: what the machine's user does at login is no part of a test.
    public Task Configure(Dictionary<string, string> environment, params ServiceSpec[] services) =>
        Client.Configure(new GuestConfig { HostName = "none", Environment = new Dictionary<string, string>(environment) { ["HOME"] = Root }, Services = services, ServicesOn = true }, CancellationToken.None);
}
