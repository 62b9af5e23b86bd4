using System.Net;
using System.Text;
using Pinacle.Podd.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Frames that are not what they say, as root with raw sockets would send them from a pod's namespace, and packets in a pod's or the host's name from the internet.</summary>
[Collection("network")]
public sealed class ForgeryTests(TestNetwork network) : IAsyncLifetime
{
    private const string Forged = "forged-frame";
    private const string Honest = "honest-frame";
    private World _world = null!;
    private PodAddress _pod = null!;
    private PodAddress _neighbour = null!;

    private (string Mac, string Ip) Pod => (_pod.Mac, _pod.Address);

    private (string Mac, string Ip) Neighbour => (_neighbour.Mac, _neighbour.Address);

    // The hardware address of the bridge is the gateway's.
    private static (string Mac, string Ip) Bridge => ("02:70:0a:fb:00:01", TestNetwork.Gateway);

    public async Task InitializeAsync()
    {
        _world = new World(network.Commands);
        await _world.Make();
        _pod = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000e", 30, default);
        _neighbour = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000f", 31, default);
    }

    public async Task DisposeAsync()
    {
        await network.Pods.Detach(30, default);
        await network.Pods.Detach(31, default);
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_frame_in_the_name_of_another_or_past_the_gateway_reaches_nobody()
    {
        using var pod = new FrameSocket(_pod.NamespacePath, "eth0");
        using var neighbour = new FrameSocket(_neighbour.NamespacePath, "eth0");
        using var bridge = new FrameSocket(InNamespace.Host, TestNetwork.Bridge);
        using var world = new FrameSocket(World.Namespace, "eth0");

        foreach (var (what, frame) in Forgeries())
        {
            // What is sent behind it on the same way comes after it: once that has arrived, nothing of what was before comes any more.
            var (fromPod, fromPodd) = ($"{Honest} behind {what}.", $"podd behind {what}.");
            await pod.Send(frame);
            await pod.Send(Frames.Udp(Pod, (Bridge.Mac, World.Internet), World.Port, fromPod));
            var (toWorld, toBridge) = (await world.Until(fromPod), await bridge.Until(fromPod));
            using (var podd = InNamespace.Udp(InNamespace.Host))
                await podd.SendToAsync(Encoding.ASCII.GetBytes(fromPodd), new IPEndPoint(IPAddress.Parse(_neighbour.Address), 9));
            foreach (var (who, heard) in new[] { ("the internet", toWorld), ("the host", toBridge), ("the neighbour", await neighbour.Until(fromPodd)) })
                Assert.False(heard.Any(text => text.Contains(Forged, StringComparison.Ordinal)), $"{what} reached {who}");
        }
    }

    [Fact]
    public async Task The_gateway_answers_who_asks_in_his_own_name()
    {
        using var pod = new FrameSocket(_pod.NamespacePath, "eth0");
        await pod.Send(Frames.Arp((_pod.Mac, Frames.Everybody), 1, Pod, ("00:00:00:00:00:00", TestNetwork.Gateway), Honest));
        // An answer: operation 2, from the bridge.
        await pod.Until("\u0000\u0002\u0002\u0070\u000a\u00fb\u0000\u0001");
    }

    [Fact]
    public async Task A_packet_from_the_internet_in_the_name_of_the_host_or_a_pod_reaches_no_pod()
    {
        using var world = new FrameSocket(World.Namespace, "eth0");
        using var pod = new FrameSocket(_pod.NamespacePath, "eth0");
        var way = (await File.ReadAllTextAsync("/sys/class/net/ptw0/address")).Trim();
        var own = "02:00:00:00:00:07";
        foreach (var name in (string[])[World.Internet, TestNetwork.Gateway, _neighbour.Address, TestNetwork.Resolver, "127.0.0.1", _pod.Address])
            await world.Send(Frames.Udp((own, name), (way, _pod.Address), World.Port, Forged));
        // Behind them on the same way: the answer to what the pod itself has asked, which is whom the internet sees.
        using var asking = InNamespace.Udp(_pod.NamespacePath);
        await asking.SendToAsync("anything"u8.ToArray(), new IPEndPoint(IPAddress.Parse(World.Internet), World.Port));
        Assert.DoesNotContain(await pod.Until(World.Masquerade), text => text.Contains(Forged, StringComparison.Ordinal));
    }

    private IEnumerable<(string What, byte[] Frame)> Forgeries()
    {
        var internet = (Bridge.Mac, World.Internet);
        yield return ("another pod's address", Frames.Udp((_pod.Mac, _neighbour.Address), internet, World.Port, Forged));
        yield return ("another pod's hardware address", Frames.Udp((_neighbour.Mac, _pod.Address), internet, World.Port, Forged));
        yield return ("another pod's both", Frames.Udp(Neighbour, internet, World.Port, Forged));
        yield return ("an address of nobody", Frames.Udp((_pod.Mac, "10.251.7.7"), internet, World.Port, Forged));
        yield return ("the internet's address", Frames.Udp((_pod.Mac, World.Internet), (Bridge.Mac, _neighbour.Address), World.Port, Forged));
        yield return ("the bridge's address", Frames.Udp((_pod.Mac, TestNetwork.Gateway), Neighbour, World.Port, Forged));
        yield return ("the bridge's both", Frames.Udp(Bridge, Neighbour, World.Port, Forged));
        yield return ("loopback's address", Frames.Udp((_pod.Mac, "127.0.0.1"), (Bridge.Mac, TestNetwork.Gateway), World.PoddPort, Forged));
        yield return ("a way past the gateway", Frames.Udp(Pod, Neighbour, World.Port, Forged));
        yield return ("a frame for everybody", Frames.Udp(Pod, (Frames.Everybody, "255.255.255.255"), World.Port, Forged));
        yield return ("a multicast", Frames.Udp(Pod, ("01:00:5e:00:00:fb", "224.0.0.251"), World.Port, Forged));
        yield return ("a VLAN", Frames.Tagged(Frames.Udp(Pod, internet, World.Port, Forged)));
        yield return ("another pod's address in a VLAN", Frames.Tagged(Frames.Udp((_pod.Mac, _neighbour.Address), internet, World.Port, Forged)));
        yield return ("IPv6 to the bridge", Frames.Ipv6((_pod.Mac, "fe80::7"), (Bridge.Mac, "fe80::1"), Forged));
        yield return ("IPv6 to the neighbour", Frames.Ipv6((_pod.Mac, "fe80::7"), (_neighbour.Mac, "fe80::8"), Forged));
        yield return ("IPv6 to everybody", Frames.Ipv6((_pod.Mac, "fe80::7"), ("33:33:00:00:00:01", "ff02::1"), Forged));
        yield return ("a question for the neighbour", Frames.Arp((_pod.Mac, Frames.Everybody), 1, Pod, ("00:00:00:00:00:00", _neighbour.Address), Forged));
        yield return ("a question for another host", Frames.Arp((_pod.Mac, Frames.Everybody), 1, Pod, ("00:00:00:00:00:00", World.Internet), Forged));
        yield return ("a question in another's name", Frames.Arp((_pod.Mac, Frames.Everybody), 1, (_pod.Mac, _neighbour.Address), ("00:00:00:00:00:00", TestNetwork.Gateway), Forged));
        yield return ("a question with another's hardware address", Frames.Arp((_pod.Mac, Bridge.Mac), 1, (_neighbour.Mac, _pod.Address), ("00:00:00:00:00:00", TestNetwork.Gateway), Forged));
        yield return ("'I am the gateway' to everybody", Frames.Arp((_pod.Mac, Frames.Everybody), 2, (_pod.Mac, TestNetwork.Gateway), (_pod.Mac, TestNetwork.Gateway), Forged));
        yield return ("'I am the gateway' to the neighbour", Frames.Arp((_pod.Mac, _neighbour.Mac), 2, (_pod.Mac, TestNetwork.Gateway), Neighbour, Forged));
        yield return ("'I am the neighbour' to the bridge", Frames.Arp((_pod.Mac, Bridge.Mac), 2, (_pod.Mac, _neighbour.Address), Bridge, Forged));
    }
}
