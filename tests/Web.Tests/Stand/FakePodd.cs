using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Web.Tests.Stand;

/// <summary>Speaks podd's routes on a Unix socket, with pods that exist in memory only: what the tests of web need of a host. Real podd has tests of its own.</summary>
public sealed class FakePodd : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("fake-podd-").FullName;
    private readonly ConcurrentDictionary<Channel<ReportLine>, bool> readers = new();
    private long seq = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() << 24;
    private WebApplication? app;

    public string Name { get; init; } = "host-1";

    public string Key { get; } = "0123456789abcdef0123456789abcdef";

    public string Contract { get; set; } = ContractVersion.Text;

    public ConcurrentDictionary<string, FakePod> Pods { get; } = new(StringComparer.Ordinal);

    /// <summary>Files of every pod's workspace, by path below it.</summary>
    public ConcurrentDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>What a clone fails with; null = it works.</summary>
    public Fault? CloneFault { get; set; }

    /// <summary>Awaited inside every setup: lets a test stand in the middle of one.</summary>
    public Func<Task> InSetup { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether the setup of a pod fails.</summary>
    public string? SetupFailure { get; set; }

    /// <summary>What no pod may reach, as it was sent last; null until it was.</summary>
    public IReadOnlyList<string>? Denied { get; private set; }

    /// <summary>What the host says to the operator.</summary>
    public IReadOnlyList<string> Alerts { get; set; } = [];

    /// <summary>Number of PUTs so far.</summary>
    public int Puts => puts;

    private int puts;

    private string Socket => $"{folder}/podd.sock";

    public HostEnrolment Enrolment(string token) => new()
    {
        Token = token,
        Name = Name,
        Address = $"unix:{Socket}",
        CertificateSha256 = new string('0', 64),
        ApiKey = Key,
        Contract = Contract,
        Version = "test",
    };

    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public async Task InitializeAsync() => await Start();

    /// <summary>As after a loss of what web once sent to it.</summary>
    public void Forget() => Denied = null;

    /// <summary>Starts to listen; its pods are those from before.</summary>
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket(Socket));
        app = builder.Build();
        app.Use(async (context, next) =>
        {
            if (context.Request.Headers[PoddRoutes.ApiKeyHeader] == Key)
                await next(context);
            else
                await Refuse(context, new Fault(FaultKind.Unauthorized, "cannot answer: the key is missing or wrong"));
        });
        app.MapGet(PoddRoutes.Host, context => context.Response.WriteAsJsonAsync(Report(), ContractsJson.Default.HostReport));
        app.MapPut(PoddRoutes.Deny, Deny);
        app.MapGet(PoddRoutes.Reports, Reports);
        app.MapGet(PoddRoutes.Pod, context => Pods.TryGetValue(Id(context), out var pod) ? context.Response.WriteAsJsonAsync(pod.Report(Next()), ContractsJson.Default.PodReport) : NotFound(context));
        app.MapPut(PoddRoutes.Pod, Put);
        app.MapPost(PoddRoutes.Start, context => Power(context, PodState.Running));
        app.MapPost(PoddRoutes.Stop, context => Power(context, PodState.Stopped));
        app.MapPost(PoddRoutes.Sleep, Sleep);
        app.MapPost(PoddRoutes.Wake, context => Power(context, PodState.Running));
        app.MapPost(PoddRoutes.KeepAwake, KeepAwake);
        app.MapDelete(PoddRoutes.Pod, Delete);
        app.MapGet(PoddRoutes.Files, File);
        app.MapPost(PoddRoutes.Exec, Exec);
        app.MapGet(PoddRoutes.Ports, context => context.Response.WriteAsJsonAsync<IReadOnlyList<PortReport>>([new PortReport(5173, true, "node")], ContractsJson.Default.IReadOnlyListPortReport));
        app.MapGet(PoddRoutes.Tunnel, Tunnel);
        await app.StartAsync();
    }

    /// <summary>Breaks every connection and listens no more.</summary>
    public async Task Stop()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app!.StopAsync(now.Token);
        await app.DisposeAsync();
        System.IO.File.Delete(Socket);
    }

    /// <summary>Tells every follower what a pod is in now.</summary>
    public void Tell(FakePod pod)
    {
        foreach (var reader in readers.Keys)
            reader.Writer.TryWrite(new ReportLine { Pod = pod.Report(Next()) });
    }

    public async Task DisposeAsync()
    {
        await Stop();
        Directory.Delete(folder, recursive: true);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static Task NotFound(HttpContext context) => Refuse(context, new Fault(FaultKind.NotFound, $"cannot find pod {Id(context)}"));

    private static Task Refuse(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = FaultStatus.Of(fault.Kind);
        return context.Response.WriteAsJsonAsync(new FaultAnswer(fault), ContractsJson.Default.FaultAnswer);
    }

    private static async Task Line<T>(HttpContext context, T line, JsonTypeInfo<T> type)
    {
        await context.Response.WriteAsync(JsonSerializer.Serialize(line, type) + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private long Next() => Interlocked.Increment(ref seq);

    private HostReport Report() => new()
    {
        Name = Name,
        Version = "test",
        Contract = Contract,
        BootId = "boot",
        StartedAt = TimeProvider.System.GetUtcNow(),
        Runtime = new RuntimeReport(RuntimeState.Fit, "runsc", null),
        Capacity = new HostCapacity(8, 32L << 30, 100L << 30),
        Use = new HostUse(0, 0, 0, 0, 0),
        Pods = new Dictionary<string, int>(StringComparer.Ordinal),
        Alerts = Alerts,
        Images = [new ImageReport("default", new string('1', 64), 1, TimeProvider.System.GetUtcNow())],
    };

    private async Task Reports(HttpContext context)
    {
        var channel = Channel.CreateUnbounded<ReportLine>();
        readers[channel] = true;
        try
        {
            await Line(context, new ReportLine { Host = Report() }, ContractsJson.Default.ReportLine);
            foreach (var pod in Pods.Values)
                await Line(context, new ReportLine { Pod = pod.Report(Next()) }, ContractsJson.Default.ReportLine);
            await Line(context, new ReportLine { Complete = true }, ContractsJson.Default.ReportLine);
            await foreach (var line in channel.Reader.ReadAllAsync(context.RequestAborted))
                await Line(context, line, ContractsJson.Default.ReportLine);
        }
        finally
        {
            readers.TryRemove(channel, out _);
        }
    }

    private Task Exec(HttpContext context)
    {
        if (Pods[Id(context)] is { State: PodState.Asleep } pod)
        {
            if (context.Request.Headers[PoddRoutes.WakeHeader] != "yes")
                return Refuse(context, new Fault(FaultKind.PodAsleep, "cannot reach the pod: it is asleep"));
            pod.State = PodState.Running;
        }
        return context.Response.WriteAsJsonAsync(new ExecResult(0, "hello\n", ""), ContractsJson.Default.ExecResult);
    }

    private async Task Deny(HttpContext context)
    {
        Denied = (await JsonSerializer.DeserializeAsync(context.Request.Body, ContractsJson.Default.DenyList))!.Addresses;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task Put(HttpContext context)
    {
        Interlocked.Increment(ref puts);
        var spec = (await JsonSerializer.DeserializeAsync(context.Request.Body, ContractsJson.Default.PodSpec))!;
        var pod = Pods.GetOrAdd(spec.Id, _ => new FakePod());
        pod.Spec = spec;
        var lines = new FakeAct(pod.NextRun(), line => Line(context, line, ContractsJson.Default.ProgressLine));
        if (!pod.IsCloned)
        {
            pod.State = PodState.Creating;
            pod.Fault = null;
            Tell(pod);
            await lines.Step("disk", () => Task.CompletedTask);
            if (spec.Repository is not null)
            {
                if (CloneFault is { } fault)
                {
                    pod.State = PodState.Failed;
                    pod.Fault = fault;
                    await lines.Fail("clone", fault);
                    return;
                }

                await lines.Step("clone", () => lines.Output("clone", "Cloning into '/workspace'..."));
            }

            pod.IsCloned = true;
        }

        if (spec.Setup is { } setup && pod.Setup.Attempt < setup.Attempt)
        {
            pod.State = PodState.Creating;
            pod.Setup = new SetupReport(SetupState.Running, setup.Attempt, setup.Steps is [var first, ..] ? first.Name : null);
            Tell(pod);
            foreach (var step in setup.Steps)
                await lines.Step(step.Name, InSetup);
            pod.Setup = SetupFailure is null ? new SetupReport(SetupState.Done, setup.Attempt) : new SetupReport(SetupState.Failed, setup.Attempt, "install", SetupFailure);
        }

        if (spec.Setup is not null && pod.State == PodState.Creating)
            pod.State = PodState.Running;
        Tell(pod);
        await lines.Done(pod.Report(Next()));
    }

    private async Task Power(HttpContext context, PodState state)
    {
        if (!Pods.TryGetValue(Id(context), out var pod))
        {
            await NotFound(context);
            return;
        }

        pod.State = state;
        Tell(pod);
        await new FakeAct(pod.NextRun(), line => Line(context, line, ContractsJson.Default.ProgressLine)).Done(pod.Report(Next()));
    }

    private async Task Sleep(HttpContext context)
    {
        if (Pods.TryGetValue(Id(context), out var pod) && pod.Wakeful is { } wakeful)
            await new FakeAct(pod.NextRun(), line => Line(context, line, ContractsJson.Default.ProgressLine)).Fail("hang-up", wakeful);
        else
            await Power(context, PodState.Asleep);
    }

    private async Task KeepAwake(HttpContext context)
    {
        var lease = (await JsonSerializer.DeserializeAsync(context.Request.Body, ContractsJson.Default.KeepAwakeSpec))!;
        if (Pods.TryGetValue(Id(context), out var pod))
            pod.AwakeUntil = lease.Seconds == 0 ? null : TimeProvider.System.GetUtcNow().AddSeconds(lease.Seconds);
        await Power(context, PodState.Running);
    }

    private async Task Delete(HttpContext context)
    {
        if (!Pods.TryRemove(Id(context), out var pod))
        {
            await NotFound(context);
            return;
        }

        foreach (var reader in readers.Keys)
            reader.Writer.TryWrite(new ReportLine { Removed = Id(context) });
        await new FakeAct(pod.NextRun(), line => Line(context, line, ContractsJson.Default.ProgressLine)).Done(null);
    }

    private async Task File(HttpContext context)
    {
        var path = "/" + context.Request.RouteValues["path"];
        var below = path.StartsWith("/workspace", StringComparison.Ordinal) ? path["/workspace".Length..].Trim('/') : path;
        if (Files.TryGetValue(below, out var text))
        {
            context.Response.ContentType = "application/octet-stream";
            await context.Response.WriteAsync(text);
            return;
        }

        var prefix = below.Length == 0 ? "" : below + "/";
        var inside = Files.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).ToList();
        if (inside.Count == 0 && prefix.Length > 0)
        {
            await Refuse(context, new Fault(FaultKind.NotFound, $"cannot find {path}"));
            return;
        }

        var entries = inside.Select(name => name.Split('/')).GroupBy(parts => parts[0], StringComparer.Ordinal)
            .Select(group => new FileEntry(group.Key, group.First().Length > 1 ? "folder" : "file", 1, 420, TimeProvider.System.GetUtcNow()));
        await context.Response.WriteAsJsonAsync(new FileListing(path, [.. entries]), ContractsJson.Default.FileListing);
    }

    private async Task Tunnel(HttpContext context)
    {
        if (!Pods.TryGetValue(Id(context), out var pod) || context.Request.Headers[PoddRoutes.EpochHeader] != pod.Spec!.Epoch.ToString())
        {
            await Refuse(context, new Fault(FaultKind.Conflict, "cannot open a tunnel: the pod is of another epoch"));
            return;
        }

        await using var stream = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        var buffer = new byte[1024];
        for (int length; (length = await stream.ReadAsync(buffer, context.RequestAborted)) > 0;)
            await stream.WriteAsync(buffer.AsMemory(0, length), context.RequestAborted);
    }
}
