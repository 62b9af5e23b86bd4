using System.Net;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Everything that is not this host, in one network namespace: an address of the internet (TEST-NET-2), and addresses of every kind that pods must not reach, all with the same servers.</summary>
internal sealed class World(HostCommand commands) : IAsyncDisposable
{
    public const string Namespace = "/run/netns/ptworld";
    public const string Internet = "198.51.100.7";
    public const string Masquerade = "198.51.100.1";
    public const int Port = 8080;
    public const int PoddPort = 7431;
    public const int BrokerPort = 7420;

    /// <summary>Ports that whoever plays a part listens on.</summary>
    public static readonly int[] TcpPorts = [Port, PortOf("guest"), PoddPort, BrokerPort, PortOf("mail"), PortOf("dns")];

    /// <inheritdoc cref="TcpPorts"/>
    public static readonly int[] UdpPorts = [Port, PortOf("udp-dns")];

    public static readonly string[] Special = ["10.253.1.1", "172.20.9.9", "192.168.250.9", "100.64.9.9", "169.254.99.99", "198.18.7.7", "240.0.0.9"];

    private static readonly string Lock = Path.Combine(Path.GetTempPath(), "pinacle-ptworld.lock");

    private readonly EchoServer _servers = new();
    private FileStream? _turn;

    /// <summary>What a column of the matrix stands for.</summary>
    public static int PortOf(string name) => name switch
    {
        "service" or "udp" => Port,
        "guest" => Contracts.GuestProtocol.Port,
        "podd" => PoddPort,
        "broker" => BrokerPort,
        "mail" => 25,
        "dns" or "udp-dns" => 53,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "not in the matrix"),
    };

    /// <summary>Makes it. There is one on the machine: another test that has it is waited for.</summary>
    public async Task Make()
    {
        _turn = await PoddPlace.Turn(Lock);
        await Remove();
        string[] addresses = [TestNetwork.AllowedAddress, TestNetwork.Denied, TestNetwork.LaterDenied, .. Special];
        await Batch(
        [
            "netns add ptworld",
            "link add name ptw0 type veth peer name eth0 netns ptworld",
            $"addr add {Masquerade}/24 dev ptw0",
            "link set dev ptw0 up",
        ]);
        await Batch(["link set dev lo up", "link set dev eth0 up", $"addr add {Internet}/24 dev eth0", $"route add 10.251.0.0/16 via {Masquerade}", .. addresses.Select(a => $"addr add {a}/32 dev lo")], "-netns", "ptworld");
        await Batch(addresses.Select(a => $"route add {a}/32 via {Internet} dev ptw0"));
        foreach (var port in TcpPorts)
            _servers.Tcp(InNamespace.Tcp(Namespace, IPAddress.Any, port, listen: true));
        // Bound to each: an answer from another address than was asked is none.
        foreach (var address in (string[])[Internet, .. addresses])
        {
            foreach (var port in UdpPorts)
                _servers.Udp(InNamespace.Udp(Namespace, IPAddress.Parse(address), port));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _servers.DisposeAsync();
        await Remove();
        if (_turn is not null)
            await _turn.DisposeAsync();
    }

    private async Task Remove()
    {
        await commands.Run("ip", ["link", "delete", "dev", "ptw0"], allow: [1]);
        await commands.Run("ip", ["netns", "delete", "ptworld"], allow: [1]);
        await commands.Run("conntrack", ["--delete", "--dst", Internet], allow: [1]);
    }

    private Task<HostCommandResult> Batch(IEnumerable<string> lines, params string[] options) =>
        commands.Run("ip", [.. options, "-batch", "-"], input: string.Join('\n', lines) + "\n");
}
