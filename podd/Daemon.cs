using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pinacle.Contracts;
using Pinacle.Podd.Api;
using Pinacle.Podd.Bundles;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Files;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Images;
using Pinacle.Podd.Journal;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Network;
using Pinacle.Podd.Pods;
using Pinacle.Podd.Runsc;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd;

/// <summary>podd at work: composition, listeners, and what runs beside them.</summary>
public sealed partial class Daemon(PoddOptions options, IConfiguration configuration)
{
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Adds podd's parts; the other verbs use some of them, too.</summary>
    public static void AddParts(IServiceCollection services, PoddOptions options, IConfiguration configuration)
    {
        services.AddSingleton(options).AddSingleton(TimeProvider.System);
        services.AddSingleton<HostCommand>().AddSingleton<PoolFile>().AddSingleton<Pool>().AddSingleton<Checkpoints>().AddSingleton<PoolInspection>().AddSingleton<PoolDevice>().AddSingleton<PoolGuard>().AddSingleton<ImageStore>().AddSingleton<OciImage>().AddSingleton<ImageRemoval>();
        services.AddPodNetwork(configuration);
        services.AddSingleton<Bundle>().AddSingleton<Payloads>().AddSingleton<SelfTest>();
        services.AddSingleton<Fleet>().AddSingleton<Slots>().AddSingleton<PodRecords>().AddSingleton<Reports>().AddSingleton<PodChanges>().AddSingleton<PodSetup>();
        services.AddSingleton<Sandbox>().AddSingleton<Autopsy>().AddSingleton<PodWatch>().AddSingleton<Freezer>().AddSingleton<RuntimeGate>().AddSingleton<PodTurns>().AddSingleton<HangUp>().AddSingleton<PodSleep>().AddSingleton<PodWake>().AddSingleton<WakeWatch>().AddSingleton<PodStop>().AddSingleton<PodRest>().AddSingleton<HostRest>().AddSingleton<MemoryRoom>().AddSingleton<PodLifecycle>().AddSingleton<Waker>().AddSingleton<KeepAwake>().AddSingleton<Sleeper>();
        services.AddSingleton<Reclaim>().AddSingleton<UsageSampler>().AddSingleton<PodPriority>();
        services.AddSingleton<HostIdentity>().AddSingleton<HostFacts>();
        HostCheck.AddTo(services);
        services.AddSingleton<ApiKey>().AddSingleton<Faults>().AddSingleton<WakeByUse>().AddSingleton<GuestApi>().AddSingleton<PodFiles>().AddSingleton<FilesApi>().AddSingleton<TunnelApi>().AddSingleton<TerminalApi>().AddSingleton<PoddApi>();
    }

    /// <summary>Runs until it is told to stop.</summary>
    public async Task<int> Run()
    {
        using var orphans = Orphans.Adopt();
        await using var app = Build();
        var parts = app.Services;
        var logger = parts.GetRequiredService<ILogger<Daemon>>();
        var stopping = app.Lifetime.ApplicationStopping;

        parts.GetRequiredService<Pool>().Prepare();
        var reclaim = parts.GetRequiredService<Reclaim>();
        reclaim.Load();
        await app.StartAsync(CancellationToken.None);
        OpenSocket();
        Log.Listening(logger, options.Name, ProductVersion.Text, options.Listen, options.Socket);

        try
        {
            // The listener is up first: web sees at once that podd is back, and acts wait for what follows.
            var test = parts.GetRequiredService<RuntimeGate>().Test(stopping);
            var device = parts.GetRequiredService<PoolDevice>().Ensure(stopping);
            await parts.GetRequiredService<PodNetwork>().Ensure(stopping);
            await parts.GetRequiredService<DeniedAddresses>().Restore(stopping);
            await reclaim.Run(stopping);
            await Task.WhenAll(GiveBack(test, device), parts.GetRequiredService<UsageSampler>().Run(stopping), parts.GetRequiredService<PodPriority>().Run(stopping), parts.GetRequiredService<Waker>().Run(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop. Pods live on.
        }
        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    // A start makes much that nobody needs again, and a daemon that mostly waits would keep the memory of it for hours: until it has made as much anew.
    private static async Task GiveBack(params Task[] start)
    {
        await Task.WhenAll(start);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSystemd();
        builder.Logging.AddLines();
        AddParts(builder.Services, options, configuration);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Listen);
        var app = builder.Build();
        app.Use(app.Services.GetRequiredService<Faults>().Invoke);
        app.Use(app.Services.GetRequiredService<ApiKey>().Invoke);
        app.Services.GetRequiredService<PoddApi>().Map(app);
        return app;
    }

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        var certificate = new HostIdentity(options, TimeProvider.System).Certificate();
        kestrel.Listen(IPEndPoint.Parse(options.Listen), listen => listen.UseHttps(certificate));
        if (options.Socket.Length == 0)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(options.Socket)!);
        File.Delete(options.Socket);
        kestrel.ListenUnixSocket(options.Socket);
    }

    private void OpenSocket()
    {
        if (options.Socket.Length == 0)
            return;
        if (options.SocketGroup is { } group && LibC.Chown(options.Socket, 0, (uint)group) != 0)
            throw new IOException($"cannot give {options.Socket} to group {group}: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}");
        File.SetUnixFileMode(options.Socket, SocketMode);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "podd {Version} of host {Name} listens on {Listen} and {Socket}")]
        public static partial void Listening(ILogger logger, string name, string version, string listen, string socket);
    }
}
