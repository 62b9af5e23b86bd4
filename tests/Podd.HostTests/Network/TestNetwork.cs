using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>A podd's network of the tests' own: its names and its subnet are nobody else's, so that it can stand beside a running podd. Tests of the collection share it one after the other.</summary>
public sealed class TestNetwork : IAsyncLifetime
{
    public const string Instance = "pt";
    public const string Bridge = "ptbr0";
    public const string Gateway = "10.251.0.1";
    public const string Resolver = "198.18.251.53";

    /// <summary>A network that pods may reach although it is private; and one address in it that they may not.</summary>
    public const string Allowed = "10.252.7.0/24";
    public const string Denied = "10.252.7.66";
    public const string AllowedAddress = "10.252.7.5";
    public const string LaterDenied = "10.252.7.6";
    public const int ConnectionLimit = 64;

    private readonly IConfiguration _configuration;
    private ServiceProvider _services;
    private FileStream? _turn;

    public TestNetwork()
    {
        _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Network:Instance"] = Instance,
            ["Network:Bridge"] = Bridge,
            ["Network:Resolver"] = Resolver,
            ["Network:Subnet"] = "10.251.0.0/16",
            ["Network:Allow:0"] = Allowed,
            ["Network:Deny:0"] = Denied,
            ["Network:ConnectionLimit"] = $"{ConnectionLimit}",
            // The first never answers.
            ["Network:Dns:Upstream:0"] = "127.0.0.1:9",
            ["Network:Dns:Upstream:1"] = Upstream.Address.ToString(),
            ["Network:Dns:QueriesPerSecond"] = "25",
        }).Build();
        _services = Build();
    }

    internal StubResolver Upstream { get; } = new();

    public PodNetwork Pods => _services.GetRequiredService<PodNetwork>();

    public HostCommand Commands => _services.GetRequiredService<HostCommand>();

    public async Task InitializeAsync()
    {
        _turn = await Turn();
        // What an aborted run left.
        await Pods.Remove(default);
        await Start();
    }

    /// <summary>As a restart of podd does: nothing is remembered but what the kernel has.</summary>
    public async Task Restart()
    {
        await Stop();
        await _services.DisposeAsync();
        _services = Build();
        await Start();
    }

    public async Task DisposeAsync()
    {
        await Stop();
        await Upstream.DisposeAsync();
        await Pods.Remove(default);
        var left = await Traces();
        await _services.DisposeAsync();
        await _turn!.DisposeAsync();
        Assert.Empty(left);
    }

    /// <summary>Everything in the kernel that bears this network's names or addresses.</summary>
    public async Task<IReadOnlyList<string>> Traces()
    {
        var all = new List<string>();
        all.AddRange(Lines(await Commands.Run("ip", ["-brief", "link"])).Where(l => l.StartsWith(Instance, StringComparison.Ordinal)));
        all.AddRange(Lines(await Commands.Run("ip", ["netns", "list"])).Where(l => l.StartsWith($"{Instance}-", StringComparison.Ordinal)));
        all.AddRange(Lines(await Commands.Run("ip", ["neigh", "show", "nud", "all"])).Where(l => l.StartsWith("10.251.", StringComparison.Ordinal)));
        all.AddRange(Lines(await Commands.Run("ip", ["route", "show", "table", "all"])).Where(l => l.Contains("10.251.", StringComparison.Ordinal)));
        all.AddRange(Lines(await Commands.Run("nft", ["list", "tables"])).Where(l => l.EndsWith($"podd_{Instance}", StringComparison.Ordinal)));
        all.AddRange(Lines(await Commands.Run("conntrack", ["-L", "-f", "ipv4"])).Where(l => l.Contains("src=10.251.", StringComparison.Ordinal)));
        return all;
    }

    private ServiceProvider Build() => new ServiceCollection().AddLogging().AddPodNetwork(_configuration).BuildServiceProvider();

    private async Task Start()
    {
        await Pods.Ensure(default);
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StartAsync(default);
        // They begin beside their start.
        var resolver = new IPEndPoint(IPAddress.Parse(Resolver), 53);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(resolver) || !IPGlobalProperties.GetIPGlobalProperties().GetActiveUdpListeners().Contains(resolver))
            await Task.Delay(20, limit.Token);
    }

    private async Task Stop()
    {
        foreach (var service in _services.GetServices<IHostedService>())
            await service.StopAsync(default);
    }

    // The names are fixed, so that what an aborted run left can be found: two runs on one machine take turns.
    private static async Task<FileStream> Turn()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(Path.GetTempPath(), "pinacle-network-tests.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(200, limit.Token);
            }
        }
    }

    public static IEnumerable<string> Lines(HostCommandResult result) => result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

[CollectionDefinition("network")]
public sealed class NetworkCollection : ICollectionFixture<TestNetwork>;
