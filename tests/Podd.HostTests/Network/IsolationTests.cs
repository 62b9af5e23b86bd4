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
    private const int Nobody = 65534;

    private readonly EchoServer _servers = new();
    private World _world = null!;
    private PodAddress _pod = null!;
    private PodAddress _sibling = null!;
    private PodAddress _stranger = null!;

    public async Task InitializeAsync()
    {
        _world = new World(network.Commands);
        await _world.Make();
        // Two of one owner and one of another: the network makes no difference, and must not.
        _pod = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000a", 10, default);
        _sibling = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000b", 11, default);
        _stranger = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000c", 12, default);
        foreach (var pod in (PodAddress[])[_pod, _sibling, _stranger])
        {
            foreach (var port in World.TcpPorts)
                _servers.Tcp(InNamespace.Tcp(pod.NamespacePath, IPAddress.Any, port, listen: true));
            foreach (var port in World.UdpPorts)
                _servers.Udp(InNamespace.Udp(pod.NamespacePath, IPAddress.Any, port));
        }
        _servers
            .Tcp(InNamespace.Tcp(InNamespace.Host, IPAddress.Any, World.PoddPort, listen: true))
            .Udp(InNamespace.Udp(InNamespace.Host, IPAddress.Any, World.PoddPort))
            .Tcp(InNamespace.Tcp(InNamespace.Host, IPAddress.Parse(TestNetwork.Resolver), World.BrokerPort, listen: true));
    }

    public async Task DisposeAsync()
    {
        await _servers.DisposeAsync();
        foreach (var slot in (int[])[10, 11, 12])
            await network.Pods.Detach(slot, default);
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Who_reaches_whom_is_what_the_matrix_says_also_after_podd_came_back()
    {
        Assert.Empty(await Differences());
        await network.Restart();
        Assert.Empty(await Differences());
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
            Assert.Equal(Open, await Reach.Tcp(_sibling.NamespacePath, World.Internet, World.Port));
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
        .Where(address => address != TestNetwork.Resolver)
        .Distinct(StringComparer.Ordinal);

    private async Task<IEnumerable<string>> Differences()
    {
        var tries = from cell in Matrix.Cells from address in AddressesOf(cell.To) select (Cell: cell, Address: address);
        var differences = await Task.WhenAll(tries.Select(async one =>
        {
            var (cell, address) = one;
            var declared = cell.Outcome;
            // A resolver says nothing of whom it sees, nor does ICMP.
            if (declared == Reach.Open && cell is { By: not "icmp" } && (cell.To, cell.By) is not ("resolver", "dns" or "udp-dns"))
                declared = $"{Reach.Open} as {SeenAs(cell)}";
            var observed = await Observe(cell, address);
            return observed == declared ? null : $"{cell.From} → {cell.To} ({address}) by {cell.By}: {observed}, declared {declared}";
        }));
        return differences.OfType<string>();
    }

    private async Task<string> Observe(Matrix.Cell cell, string address)
    {
        var (from, bind, user) = Source(cell.From);
        if (bind is null && address.Contains(':', StringComparison.Ordinal))
            bind = IPAddress.IPv6Any;
        // What is declared open may take its time on a busy machine; what is not must not come within the ordinary time.
        var patience = cell.Outcome == Reach.Open ? Reach.Patience * 10 : Reach.Patience;
        return cell.By switch
        {
            "icmp" => await Reach.Icmp(InNamespace.Icmp(from, bind), address, patience),
            "udp" or "udp-dns" => await Reach.Udp(InNamespace.Udp(from, bind, user: user), address, World.PortOf(cell.By), patience),
            _ => await Reach.Tcp(InNamespace.Tcp(from, bind, user: user), address, World.PortOf(cell.By), patience),
        };
    }

    private (string Namespace, IPAddress? Address, int User) Source(string name) => name switch
    {
        "pod" => (_pod.NamespacePath, null, 0),
        "sibling" => (_sibling.NamespacePath, null, 0),
        "stranger" => (_stranger.NamespacePath, null, 0),
        "internet" => (World.Namespace, null, 0),
        "podd" => (InNamespace.Host, null, 0),
        "root" => (InNamespace.Host, IPAddress.Parse(World.Masquerade), 0),
        "user" => (InNamespace.Host, null, Nobody),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not in the matrix"),
    };

    private IEnumerable<string> AddressesOf(string name) => name switch
    {
        "itself" or "pod" => [_pod.Address],
        "sibling" => [_sibling.Address],
        "stranger" => [_stranger.Address],
        "host" => HostAddresses(),
        "resolver" => [TestNetwork.Resolver],
        "internet" => [World.Internet],
        "allowed" => [TestNetwork.AllowedAddress],
        "denied" => [TestNetwork.Denied],
        "private" => World.Special,
        "metadata" => ["169.254.169.254"],
        "everybody" => ["224.0.0.251", "255.255.255.255"],
        "subnet" => ["10.251.255.255"],
        "ipv6" => ["fe80::1", "2001:db8::7"],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not in the matrix"),
    };

    private string SeenAs(Matrix.Cell cell) => cell.SeenAs switch
    {
        "pod" => _pod.Address,
        "uplink" => World.Masquerade,
        "bridge" => TestNetwork.Gateway,
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell.SeenAs, "not in the matrix"),
    };
}
