using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pinacle.Podd.Network;
using Xunit;

namespace Pinacle.Podd.HostTests.Network;

[Collection("network")]
public sealed class DnsForwarderTests(TestNetwork network) : IAsyncLifetime
{
    private static readonly IPEndPoint Resolver = new(IPAddress.Parse(TestNetwork.Resolver), 53);
    private PodAddress _pod = null!;
    private PodAddress _neighbour = null!;

    public async Task InitializeAsync()
    {
        _pod = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000c", 20, default);
        _neighbour = await network.Pods.Attach("0198c100-0000-7000-8000-00000000000d", 21, default);
    }

    public async Task DisposeAsync()
    {
        await network.Pods.Detach(20, default);
        await network.Pods.Detach(21, default);
    }

    [Theory]
    [InlineData("public.test", 1, 0, 1)]
    [InlineData("forged.test", 1, 0, 1)]
    [InlineData("private.test", 1, 3, 0)]
    [InlineData("public.test", 28, 0, 0)]
    [InlineData("public.test", 252, 5, 0)]
    public async Task A_pod_gets_public_addresses_and_no_others(string name, ushort type, int code, int count)
    {
        var reply = await Ask(_pod, Query(name, type));
        Assert.Equal((code, count), (reply[3] & 15, BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(6))));
        Assert.Equal(count == 1, reply.AsSpan().IndexOf(IPAddress.Parse("203.0.113.5").GetAddressBytes()) > 0);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_for_a_packet_is_had_over_tcp()
    {
        var truncated = await Ask(_pod, Query("big.test", 1));
        Assert.Equal(2, truncated[2] & 2);

        using var socket = InNamespace.Tcp(_pod.NamespacePath);
        await socket.ConnectAsync(Resolver).WaitAsync(TimeSpan.FromSeconds(5));
        await using var stream = new NetworkStream(socket);
        var query = Query("big.test", 1);
        await stream.WriteAsync((byte[])[0, (byte)query.Length, .. query]);
        var prefix = new byte[2];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await stream.ReadExactlyAsync(prefix, limit.Token);
        var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(reply, limit.Token);
        Assert.Equal(100, BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(6)));
    }

    [Fact]
    public async Task A_pod_that_floods_the_resolver_with_rubbish_takes_nothing_from_its_neighbour()
    {
        using var flood = InNamespace.Udp(_pod.NamespacePath);
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var rubbish = new byte[random.Next(1, 300)];
            random.NextBytes(rubbish);
            await flood.SendToAsync(rubbish, Resolver);
        }

        Assert.Equal(0, (await Ask(_neighbour, Query("public.test", 1)))[3] & 15);
    }

    [Fact]
    public async Task Names_are_answered_again_after_the_bridge_was_made_anew()
    {
        await network.Commands.Run("ip", ["link", "delete", TestNetwork.Bridge]);
        await network.Pods.Ensure(default);
        Assert.Equal(0, (await Ask(_pod, Query("public.test", 1)))[3] & 15);
    }

    private static byte[] Query(string name, ushort type)
    {
        byte[] labels = [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
        return [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. labels, (byte)(type >> 8), (byte)type, 0, 1];
    }

    // As stub resolvers do: ask again after a while.
    private static async Task<byte[]> Ask(PodAddress pod, byte[] query)
    {
        using var socket = InNamespace.Udp(pod.NamespacePath);
        var buffer = new byte[4096];
        for (var attempt = 0; ; attempt++)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await socket.SendToAsync(query, Resolver, limit.Token);
                var received = await socket.ReceiveFromAsync(buffer, Resolver, limit.Token);
                return buffer[..received.ReceivedBytes];
            }
            catch (Exception error) when (attempt < 5 && error is OperationCanceledException or SocketException)
            {
                await Task.Delay(200);
            }
        }
    }
}
