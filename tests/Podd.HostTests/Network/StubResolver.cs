using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>A resolver of the test's own, speaking DNS over UDP and TCP on loopback. The first label of a name says what it answers.</summary>
internal sealed class StubResolver : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp = new(IPAddress.Loopback, 0);
    private readonly Task _work;

    public StubResolver()
    {
        _tcp.Start();
        Address = (IPEndPoint)_tcp.LocalEndpoint;
        _udp.Bind(Address);
        _work = Task.WhenAll(ServeUdp(), ServeTcp());
    }

    public IPEndPoint Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _udp.Dispose();
        _tcp.Dispose();
        _end.Dispose();
    }

    private async Task ServeUdp()
    {
        var buffer = new byte[512];
        while (true)
        {
            var packet = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _end.Token);
            foreach (var answer in Answers(buffer.AsSpan(0, packet.ReceivedBytes).ToArray(), overTcp: false))
                await _udp.SendToAsync(answer, packet.RemoteEndPoint, _end.Token);
        }
    }

    private async Task ServeTcp()
    {
        while (true)
        {
            using var client = await _tcp.AcceptTcpClientAsync(_end.Token);
            var stream = client.GetStream();
            var prefix = new byte[2];
            await stream.ReadExactlyAsync(prefix, _end.Token);
            var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
            await stream.ReadExactlyAsync(query, _end.Token);
            foreach (var answer in Answers(query, overTcp: true))
                await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _end.Token);
        }
    }

    private static IEnumerable<byte[]> Answers(byte[] query, bool overTcp)
    {
        var question = query.AsSpan(12, query.Length - 12 - 11).ToArray();
        var label = Encoding.ASCII.GetString(question, 1, question[0]);
        if (label == "forged")
        {
            // Another number first: must not be believed.
            yield return Answer([(byte)~query[0], query[1]], 0x8180, question, "203.0.113.66");
            yield return [1, 2, 3];
        }

        if (label == "big" && !overTcp)
            yield return Answer(query[..2], 0x8380, question);
        else
            yield return Answer(query[..2], 0x8180, question, label == "private" ? ["203.0.113.5", "10.1.2.3"] : label == "big" ? [.. Enumerable.Range(1, 100).Select(i => $"203.0.113.{i}")] : ["203.0.113.5"]);
    }

    private static byte[] Answer(byte[] id, ushort flags, byte[] question, params IReadOnlyList<string> addresses) =>
    [
        .. id, (byte)(flags >> 8), (byte)flags, 0, 1, 0, (byte)addresses.Count, 0, 0, 0, 0, .. question,
        .. addresses.SelectMany(a => (byte[])[0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(a).GetAddressBytes()]),
    ];
}
