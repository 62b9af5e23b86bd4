using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CliWrap;
using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A real podd, as root, with a pool, a network and cgroups of its own. Everything that it made is gone when it is disposed.</summary>
public sealed class PoddProcess : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // The verdict on this machine's runsc, found by the first podd of the run: each test of it takes both cores for seconds.
    private static byte[]? _selfTest;

    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);
    private readonly string _folder = Directory.CreateTempSubdirectory("podd-host-").FullName;
    private readonly IReadOnlyList<PoddPlace> _places;
    private readonly string _poolSize;
    private readonly bool _poolMayOutgrowDisk;
    private readonly string _runsc;
    private readonly string _more;
    private readonly StringBuilder _log = new();
    private CommandTask<CommandResult>? _process;
    private PoddPlace? _place;
    private FileStream? _turn;

    public PoddProcess()
        : this(PoddPlace.Tests)
    {
    }

    /// <summary>A podd with settings of its own.</summary>
    /// <param name="places">Where on the machine: one of these.</param>
    /// <param name="poolSize">Size of its pool.</param>
    /// <param name="poolMayOutgrowDisk">Its option of that name.</param>
    /// <param name="runsc">What it takes for runsc; null for the real one.</param>
    /// <param name="more">More of its settings: <c>"name": value,</c>.</param>
    internal PoddProcess(IReadOnlyList<PoddPlace> places, string poolSize = "16G", bool poolMayOutgrowDisk = true, string? runsc = null, string more = "") =>
        (_places, _poolSize, _poolMayOutgrowDisk, _runsc, _more) = (places, poolSize, poolMayOutgrowDisk, runsc ?? TestHost.Runsc, more);

    /// <summary>Why these tests cannot run here; null when they can.</summary>
    public static string? Missing =>
        TestHost.Guest is null ? "no guest bundle (PINACLE_GUEST, or packaging/dev/guest-bundle.sh)"
        : TestHost.Image is null ? "no default image (PINACLE_IMAGE and PINACLE_IMAGE_HASH of packaging/images/build)"
        : null;

    public HttpClient Http { get; private set; } = new();

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Which of the whole machine's names and numbers are its own.</summary>
    internal PoddPlace Place => _place ?? throw new InvalidOperationException("cannot tell the place of podd: it has none yet");

    public string Pool => Path.Combine(_folder, "pool");

    public string Root => Path.Combine(_folder, "root");

    /// <summary>The guest's bundle that it is installed with: a copy, which a test may change as an upgrade does.</summary>
    public string Guest => Path.Combine(_folder, "guest");

    /// <summary>Its process; null while there is none.</summary>
    public int? ProcessId => _process?.ProcessId;

    private string SelfTest => Path.Combine(Root, "self-test.json");

    private string Socket => Path.Combine(_folder, "podd.sock");

    private string KillAt => Path.Combine(_folder, "kill-at");

    private string Config => Path.Combine(_folder, "podd.json");

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        (_place, _turn) = await PoddPlace.Take(_places);
        await _command.Run("cp", ["-a", TestHost.Guest!, Guest]);
        await File.WriteAllTextAsync(Config, $$"""
            { "Name": "host-test", "Root": "{{Root}}", "Pool": "{{Pool}}", "PoolMayOutgrowDisk": "{{_poolMayOutgrowDisk}}", "Listen": "127.0.0.1:{{Place.Port.ToString(CultureInfo.InvariantCulture)}}", "Socket": "{{Socket}}", "Runsc": "{{_runsc}}", {{_more}}
              "Guest": "{{Guest}}", "CgroupParent": "{{Place.CgroupParent}}", "FreezeAfterSeconds": {{Place.FreezeAfterSeconds.ToString(CultureInfo.InvariantCulture)}},
              "Network": { "Instance": "{{Place.Instance}}", "Bridge": "{{Place.Bridge}}", "Subnet": "10.{{Place.Net.ToString(CultureInfo.InvariantCulture)}}.0.0/16", "Resolver": "198.18.{{Place.Net.ToString(CultureInfo.InvariantCulture)}}.53" } }
            """);
        await Verb("pool", "ensure", "--file", Path.Combine(_folder, "pool.img"), "--size", _poolSize, "--mount", Pool);
        await RememberSelfTest();
        await Start();
        await Verb("image", "import", "default", "--rootfs", TestHost.Image!.Value.File, "--hash", TestHost.Image.Value.Hash, "--config", Config);
    }

    public async Task DisposeAsync()
    {
        if (Missing is null)
        {
            await Kill();
            if (File.Exists(SelfTest))
                _selfTest ??= await File.ReadAllBytesAsync(SelfTest);
            await Down();
            await Verb("pool", "release", "--mount", Pool);
        }
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
        if (_turn is not null)
            await _turn.DisposeAsync();
    }

    public async Task Start()
    {
        await Begin();
        await Reclaimed();
    }

    /// <summary>Until it has looked through all that it found.</summary>
    public Task Reclaimed() => Eventually(async () => !(await Get(PoddRoutes.Host, ContractsJson.Default.HostReport)).Reclaiming, "podd does not come to the end of what it found");

    /// <summary>Starts it.</summary>
    /// <returns>Its first answer.</returns>
    public async Task<HostReport> Begin()
    {
        HostReport? first = null;
        var (program, arguments) = TestHost.Podd;
        _process = Cli.Wrap(program)
            .WithArguments([.. arguments, "run", "--config", Config])
            .WithEnvironmentVariables(environment => environment.Set(Podd.Pods.FaultPoints.Variable, KillAt))
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(Write))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(Write))
            .ExecuteAsync();
        Http.Dispose();
        Http = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, token) => new NetworkStream(await Connect(token), ownsSocket: true) }) { BaseAddress = new Uri("http://podd"), Timeout = TimeSpan.FromMinutes(4) };
        await Eventually(
            async () =>
            {
                Assert.False(_process.Task.IsCompleted, $"podd ended: {Log}");
                if (!File.Exists(Path.Combine(Root, "api-key")) || !File.Exists(Socket))
                    return false;
                Http.DefaultRequestHeaders.Remove(PoddRoutes.ApiKeyHeader);
                Http.DefaultRequestHeaders.Add(PoddRoutes.ApiKeyHeader, await File.ReadAllTextAsync(Path.Combine(Root, "api-key")));
                try
                {
                    first = await Get(PoddRoutes.Host, ContractsJson.Default.HostReport);
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "podd does not answer");
        return first!;
    }

    /// <summary>As a power cut would: SIGKILL, which nobody can prepare for.</summary>
    public Task Kill() => End("-KILL");

    /// <summary>As systemd does.</summary>
    public Task Stop() => End("-TERM");

    /// <summary><c>podd down</c>, as before the pool is unmounted; podd must have ended.</summary>
    public Task Down() => Verb("down", "--config", Config);

    private async Task End(string signal)
    {
        if (_process is null)
            return;
        await _command.Run("kill", [signal, _process.ProcessId.ToString(CultureInfo.InvariantCulture)], allow: [1]);
        await _process.Task;
        _process = null;
    }

    /// <summary>Starts podd where it does not run.</summary>
    public async Task Revive()
    {
        if (_process is null)
            await Start();
    }

    /// <summary>Makes podd kill itself when an act comes to that point.</summary>
    public Task KillItselfAt(Podd.Pods.FaultPoint point) => File.WriteAllTextAsync(KillAt, point.ToString());

    /// <summary>Waits for the end of a podd that kills itself.</summary>
    /// <returns>False when it has not come to the point.</returns>
    public async Task<bool> KilledItself()
    {
        var ended = await Task.WhenAny(_process!.Task, Task.Delay(StartLimit)) == _process.Task;
        if (ended)
            _process = null;
        File.Delete(KillAt);
        return ended;
    }

    public async Task<Socket> Connect(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            var end = _process is { Task: { IsCompletedSuccessfully: true, Result.ExitCode: var code } } ? string.Create(CultureInfo.InvariantCulture, $"it ended with {code}") : _process is null ? "it was ended" : "it lives";
            throw new IOException($"cannot reach podd: {end}. {error.Message}; its last words: {Log[^Math.Min(Log.Length, 600)..]}", error);
        }
    }

    public async Task<T> Get<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(await Http.GetStringAsync(new Uri(path, UriKind.Relative)), type)!;

    /// <summary>Does something long and gives every line.</summary>
    public async Task<IReadOnlyList<ProgressLine>> Act(HttpMethod method, string path, PodSpec? spec = null, Func<ProgressLine, Task>? seen = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (spec is not null)
            request.Content = new StringContent(JsonSerializer.Serialize(spec, ContractsJson.Default.PodSpec), Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode}");
        var lines = new List<ProgressLine>();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(JsonSerializer.Deserialize(line, ContractsJson.Default.ProgressLine)!);
            if (seen is not null)
                await seen(lines[^1]);
        }
        return lines;
    }

    public async Task<ExecResult> Exec(string id, params string[] command)
    {
        using var body = Body(new ExecSpec { Command = command, Timeout = 120 });
        using var response = await Http.PostAsync(new Uri($"/v1/pods/{id}/exec", UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, ContractsJson.Default.ExecResult)!;
    }

    /// <summary>Starts something in a pod that outlives the command which starts it: what is left in a command's group ends with it.</summary>
    /// <returns>Its process id there.</returns>
    public async Task<string> Leave(string id, string command)
    {
        var started = await Exec(id, "bash", "-c", $"pid=$(mktemp); setsid bash -c 'echo $$ > '$pid'; exec {command}' >/dev/null 2>&1 & until test -s $pid; do sleep 0.05; done; cat $pid");
        Assert.True(started.ExitCode == 0, started.Stderr);
        return started.Stdout.Trim();
    }

    /// <summary>True while a pod has that process.</summary>
    public async Task<bool> Lives(string id, string pid) => (await Exec(id, "kill", "-0", pid)).ExitCode == 0;

    /// <summary>What a request to run something carries.</summary>
    public static HttpContent Body(ExecSpec exec) => new StringContent(JsonSerializer.Serialize(exec, ContractsJson.Default.ExecSpec), Encoding.UTF8, "application/json");

    /// <summary>A small pod of the default image, without repository, steps and services.</summary>
    public static PodSpec Spec(string id, string name, string owner = "alice") => new()
    {
        Id = id,
        Epoch = 1,
        Name = name,
        Owner = owner,
        Image = new ImageRef("default"),
        Tier = "dev.small",
        HostName = name,
        Setup = new SetupSpec(1, []),
        Services = [],
    };

    /// <summary>The body that a service answers with through the tunnel, or the first line of podd's refusal.</summary>
    public async Task<string> Tunnel(string id, int port, string path = "/", bool wake = false, bool visitor = false)
    {
        using var socket = await Connect(CancellationToken.None);
        await using var stream = new NetworkStream(socket);
        var key = await File.ReadAllTextAsync(Path.Combine(Root, "api-key"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET /v1/pods/{id}/ports/{port} HTTP/1.1\r\nHost: podd\r\nX-Api-Key: {key}\r\nConnection: Upgrade\r\nUpgrade: {PoddRoutes.TunnelUpgrade}\r\nPinacle-Epoch: 1\r\n{PoddRoutes.WakeHeader}: {(visitor ? "public" : wake ? "yes" : "no")}\r\n\r\n")));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var head = await reader.ReadLineAsync() ?? "";
        if (!head.Contains(" 101 ", StringComparison.Ordinal))
            return head;
        await SkipHead(reader);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        await SkipHead(reader);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Everything on the machine that carries the pod's id or this podd's slots.</summary>
    public async Task<IReadOnlyList<string>> Residue(string id)
    {
        var found = new List<string>();
        found.AddRange(Directory.EnumerateFileSystemEntries(Path.Combine(Root, "pods"), id));
        found.AddRange(Directory.EnumerateFileSystemEntries(Path.Combine(Root, "sandboxes")).Where(file => file.Contains(id, StringComparison.Ordinal)));
        found.AddRange(Directory.EnumerateFileSystemEntries(Path.Combine(Pool, "pods"), id));
        found.AddRange(Directory.EnumerateDirectories("/sys/fs/cgroup", id, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 }));
        if (Directory.Exists("/run/netns"))
            found.AddRange(Directory.EnumerateFileSystemEntries("/run/netns", $"{Place.Instance}-*"));
        found.AddRange(Directory.EnumerateFileSystemEntries("/sys/class/net").Where(link => char.IsAsciiDigit(Path.GetFileName(link).ElementAtOrDefault(Place.Instance.Length)) && Path.GetFileName(link).StartsWith(Place.Instance, StringComparison.Ordinal)));
        found.AddRange((await File.ReadAllLinesAsync("/proc/self/mountinfo")).Where(line => line.Contains(id, StringComparison.Ordinal)));
        found.AddRange(Linux.CommandLine.Find(arguments => arguments.Contains(id)).Select(process => $"process {process}"));
        var rules = await _command.Run("nft", ["list", "table", "bridge", $"podd_{Place.Instance}"]);
        if (Regex.IsMatch(rules.Stdout, $"\"{Place.Instance}[0-9]+\"", RegexOptions.NonBacktracking))
            found.Add(rules.Stdout);
        return found;
    }

    /// <summary>What a program of the host prints.</summary>
    public static async Task<string> Output(string program, params string[] arguments) =>
        (await new HostCommand(NullLogger<HostCommand>.Instance).Run(program, arguments)).Stdout;

    public static Task Eventually(Func<Task<bool>> holds, string otherwise) => Eventually(holds, () => otherwise);

    public static async Task Eventually(Func<Task<bool>> holds, Func<string> otherwise, TimeSpan? within = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) >= (within ?? StartLimit))
                Assert.Fail(otherwise());
            await Task.Delay(50);
        }
    }

    private async Task RememberSelfTest()
    {
        if (_selfTest is not { } verdict)
            return;
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllBytesAsync(SelfTest, verdict);
    }

    private static async Task SkipHead(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // A line of the head.
        }
    }

    private async Task Verb(params string[] arguments)
    {
        var (program, before) = TestHost.Podd;
        await _command.Run(program, [.. before, .. arguments], TimeSpan.FromMinutes(5));
    }

    private void Write(string line)
    {
        lock (_log)
            _log.AppendLine(line);
    }
}
