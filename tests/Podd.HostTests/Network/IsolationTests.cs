using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Pinacle.Podd.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Who reaches whom, as declared and as observed.</summary>
[Collection("network")]
public sealed class IsolationTests(TestNetwork network) : IAsyncLifetime
{
    private const int GuestPort = 7410;
    private const int PoddPort = 7431;
    private const int BrokerPort = 7420;

    private World _world = null!;
    private EchoServer _others = null!;
    private PodAddress _pod = null!;
    private PodAddress _neighbour = null!;

    public async Task InitializeAsync()
    {
        _world = new World(network.Commands);
        await _world.Make();
        _pod = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000a", 10, default);
        _neighbour = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000b", 11, default);
        _others = new EchoServer()
            .Tcp(InNamespace.Tcp(_neighbour.NamespacePath, IPAddress.Any, GuestPort, listen: true))
            .Udp(InNamespace.Udp(_neighbour.NamespacePath, IPAddress.Any, GuestPort))
            // podd's port, on every address of the host, and the broker's.
            .Tcp(InNamespace.Tcp("/proc/self/ns/net", IPAddress.Any, PoddPort, listen: true))
            .Udp(InNamespace.Udp("/proc/self/ns/net", IPAddress.Any, PoddPort))
            .Tcp(InNamespace.Tcp("/proc/self/ns/net", IPAddress.Parse(TestNetwork.Resolver), BrokerPort, listen: true));
    }

    public async Task DisposeAsync()
    {
        await _others.DisposeAsync();
        await network.Pods.Detach(10, default);
        await network.Pods.Detach(11, default);
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_pod_reaches_the_internet_names_and_broker_and_nothing_else_also_after_podd_came_back()
    {
        var declared = Declared();
        Assert.Empty(await Differences(declared));
        await network.Pods.Ensure(default);
        Assert.Empty(await Differences(declared));
    }

    [Fact]
    public async Task What_web_denies_is_out_of_reach_at_once_also_for_a_connection_that_was_open()
    {
        using var open = InNamespace.Tcp(_pod.NamespacePath);
        await open.ConnectAsync(IPAddress.Parse(TestNetwork.LaterDenied), World.Port);
        var buffer = new byte[64];
        await open.ReceiveAsync(buffer);

        await network.Pods.SetDeny([TestNetwork.LaterDenied, "10.9.0.0/16", "10.0.0.0/9", "fd00::/8"], default);
        Assert.Equal(Reach.Refused, await Reach.Tcp(_pod.NamespacePath, TestNetwork.LaterDenied, World.Port));
        await open.SendAsync("more"u8.ToArray());
        var cut = await Assert.ThrowsAsync<SocketException>(() => open.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(SocketError.ConnectionReset, cut.SocketErrorCode);

        // A restart of podd does not open it again; an empty list does. A list with nonsense changes nothing.
        await network.Pods.Ensure(default);
        await Assert.ThrowsAsync<Contracts.FaultException>(() => network.Pods.SetDeny(["web.example"], default));
        Assert.Equal(Reach.Refused, await Reach.Tcp(_pod.NamespacePath, TestNetwork.LaterDenied, World.Port));
        await network.Pods.SetDeny([], default);
        Assert.Equal(Open, await Reach.Tcp(_pod.NamespacePath, TestNetwork.LaterDenied, World.Port));
    }

    [Fact]
    public async Task Only_podd_reaches_a_pod()
    {
        Assert.Equal($"open as {TestNetwork.Gateway}", await Reach.Tcp("/proc/self/ns/net", _neighbour.Address, GuestPort));
        // Another user of the host, root by another address of the host, and a machine elsewhere that knows the way.
        var user = await network.Commands.Run("runuser", ["-u", "nobody", "--", "bash", "-c", $"exec 3<>/dev/tcp/{_neighbour.Address}/{GuestPort}"], allow: [1]);
        Assert.Contains("refused", user.Stderr, StringComparison.Ordinal);
        using var elsewhere = InNamespace.Tcp("/proc/self/ns/net", IPAddress.Parse(World.Masquerade));
        var refused = await Assert.ThrowsAsync<SocketException>(() => elsewhere.ConnectAsync(IPAddress.Parse(_neighbour.Address), GuestPort));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Equal(Reach.Silent, await Reach.Tcp(World.Namespace, _neighbour.Address, GuestPort));
    }

    [Fact]
    public async Task A_pod_that_opens_too_many_connections_is_refused_more_and_its_neighbour_is_not()
    {
        var held = new List<Socket>();
        try
        {
            var refused = 0;
            for (var i = 0; i < TestNetwork.ConnectionLimit + 16; i++)
            {
                var socket = InNamespace.Tcp(_pod.NamespacePath);
                held.Add(socket);
                try
                {
                    await socket.ConnectAsync(IPAddress.Parse(World.Internet), World.Port).WaitAsync(TimeSpan.FromSeconds(5));
                }
                catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
                {
                    refused++;
                }
            }

            Assert.Equal(16, refused);
            Assert.Equal(Open, await Reach.Tcp(_neighbour.NamespacePath, World.Internet, World.Port));
        }
        finally
        {
            held.ForEach(s => s.Dispose());
        }
    }

    private static string Open => $"open as {World.Masquerade}";

    private static IEnumerable<string> HostAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a.Address))
        .Select(a => a.Address.ToString())
        .Distinct(StringComparer.Ordinal);

    private Dictionary<string, string> Declared()
    {
        var declared = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [$"tcp {World.Internet} {World.Port}"] = Open,
            [$"udp {World.Internet} {World.Port}"] = Open,
            [$"tcp {World.Internet} {World.MailPort}"] = Reach.Refused,
            [$"tcp {TestNetwork.AllowedAddress} {World.Port}"] = Open,
            [$"tcp {TestNetwork.AllowedAddress} {World.MailPort}"] = Open,
            [$"tcp {TestNetwork.Denied} {World.Port}"] = Reach.Refused,
            [$"tcp 169.254.169.254 80"] = Reach.Refused,
            [$"tcp {_neighbour.Address} {GuestPort}"] = Reach.Refused,
            [$"udp {_neighbour.Address} {GuestPort}"] = Reach.Silent,
            [$"tcp {TestNetwork.Resolver} {BrokerPort}"] = $"open as {_pod.Address}",
            [$"udp 224.0.0.251 5353"] = Reach.Silent,
            [$"tcp fe80::1 {PoddPort}"] = Reach.Refused,
        };
        foreach (var address in World.Special)
            declared[$"tcp {address} {World.Port}"] = Reach.Refused;
        foreach (var address in HostAddresses())
        {
            foreach (var port in (int[])[PoddPort, 7400, 22])
                declared[$"tcp {address} {port}"] = Reach.Refused;
            declared[$"udp {address} {PoddPort}"] = Reach.Silent;
        }

        return declared;
    }

    private async Task<IEnumerable<string>> Differences(IReadOnlyDictionary<string, string> declared)
    {
        var differences = await Task.WhenAll(declared.Select(async entry =>
        {
            var parts = entry.Key.Split(' ');
            var port = int.Parse(parts[2]);
            var observed = parts switch
            {
                ["udp", ..] => await Reach.Udp(_pod.NamespacePath, parts[1], port),
                [_, var address, _] when address.Contains(':', StringComparison.Ordinal) => await Ipv6(address, port),
                _ => await Reach.Tcp(_pod.NamespacePath, parts[1], port),
            };
            return observed == entry.Value ? null : $"{entry.Key}: {observed}, declared {entry.Value}";
        }));
        return differences.OfType<string>();
    }

    private async Task<string> Ipv6(string address, int port)
    {
        using var socket = InNamespace.Tcp(_pod.NamespacePath, IPAddress.IPv6Any);
        var error = await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync(IPAddress.Parse(address), port));
        return error.SocketErrorCode == SocketError.TimedOut ? Reach.Silent : Reach.Refused;
    }
}
