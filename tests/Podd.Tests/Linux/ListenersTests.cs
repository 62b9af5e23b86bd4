using System.Net;
using System.Net.Sockets;
using Pinacle.Podd.Linux;
using Xunit;

namespace Pinacle.Podd.Tests.Linux;

public sealed class ListenersTests
{
    // Of a Debian 13: a listener, an established connection, and one of IPv6.
    private static readonly string[] Tcp =
    [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 3500007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000   991        0 4711 1 0000000000000000 100 0 0 10 5",
        "   1: 0F02000A:0016 0202000A:B09E 01 00000000:00000000 02:000A7B41 00000000     0        0 8120 2 0000000000000000 20 4 25 10 -1",
    ];

    private static readonly string[] Tcp6 =
    [
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 00000000000000000000000000000000:1CE8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 1 0000000000000000 100 0 0 10 0",
        "   1: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 98 1 0000000000000000 100 0 0 10 0",
    ];

    [Fact]
    public void Only_listeners_are_read_with_their_address_port_and_socket()
    {
        Assert.Equal([new Listener(IPAddress.Parse("127.0.0.53"), 53, 4711)], Listeners.Parse(Tcp, udp: false));
        Assert.Equal([new Listener(IPAddress.IPv6Any, 7400, 99), new Listener(IPAddress.Parse("::ffff:127.0.0.1"), 8080, 98)], Listeners.Parse(Tcp6, udp: false));
        Assert.Empty(Listeners.Parse(Tcp, udp: true));
    }

    [Fact]
    public void The_process_that_listens_is_found_by_its_socket()
    {
        using var tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));

        var found = Assert.Single(Listeners.All(udp: false), listener => listener.Takes((IPEndPoint)tcp.LocalEndpoint));
        Assert.Equal([Environment.ProcessId], Listeners.Holders(found.Inode));
        Assert.Contains(Listeners.All(udp: true), listener => listener.Takes((IPEndPoint)udp.Client.LocalEndPoint!));
    }
}
