using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;

namespace Pinacle.Podd.Network;

/// <summary>
/// Ends TCP connections of a pod in the name of their peers, in order: the pod's processes read end-of-file and close. A reset would leave some of them with a socket
/// that epoll goes on to report (platform.md). Frames go from the host's end of the pod's veth right to the pod, so no rule and no route stands between.
/// </summary>
public sealed class PeerEnd : IDisposable
{
    private readonly ConcurrentDictionary<(IPEndPoint Pod, IPEndPoint Peer), Ending> _endings = [];
    private readonly CancellationTokenSource _end = new();
    private readonly PacketSocket _socket;
    private readonly IPAddress _address;
    private long _said;
    private readonly byte[] _pod;
    private readonly byte[] _bridge;

    /// <summary>Begins to hear the pod.</summary>
    /// <param name="slot">The pod's.</param>
    /// <param name="bridgeMac">Hardware address that the pod knows its peers by.</param>
    public PeerEnd(SlotPlan slot, string bridgeMac)
    {
        (_pod, _bridge, _address) = (SlotPlan.Bytes(slot.Mac), SlotPlan.Bytes(bridgeMac), IPAddress.Parse(slot.Address));
        _socket = new PacketSocket(slot.Veth);
        _ = Task.Run(() => Hear(_end.Token));
    }

    /// <summary>How many segments the pod has sent, those of its guest to podd left out.</summary>
    public long Said => Interlocked.Read(ref _said);

    /// <summary>Ends one. Asking again asks the pod again.</summary>
    /// <param name="pod">Its end in the pod.</param>
    /// <param name="peer">The other.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task End(IPEndPoint pod, IPEndPoint peer, CancellationToken cancellationToken)
    {
        _endings[(pod, peer)] = new Ending();
        // A segment with numbers of its own is answered by one with the right ones (a challenge acknowledgment: RFC 9293, 3.10.7.4).
        await Say(new TcpSegment(peer, pod, (uint)Random.Shared.NextInt64(uint.MaxValue), (uint)Random.Shared.NextInt64(uint.MaxValue), TcpControl.Ack), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task Hear(CancellationToken cancellationToken)
    {
        // With room for the longest headers; data is not looked at.
        var frame = new byte[14 + 60 + 60];
        try
        {
            while (true)
            {
                var length = await _socket.Receive(frame, cancellationToken);
                if (TcpSegment.Read(frame.AsSpan(0, length)) is not { } heard || !heard.Source.Address.Equals(_address) || heard.Source.Port == GuestProtocol.Port)
                    continue;
                Interlocked.Increment(ref _said);
                if (_endings.TryGetValue((heard.Source, heard.Destination), out var ending))
                    await Answer(heard, ending, cancellationToken);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over, or the link is gone: whoever waits for the connections' end looks at the pod itself.
        }
    }

    private async Task Answer(TcpSegment heard, Ending ending, CancellationToken cancellationToken)
    {
        if (heard.Control.HasFlag(TcpControl.Rst) || heard.Control.HasFlag(TcpControl.Syn))
            return;
        if (!ending.Finished)
        {
            ending.Finished = true;
            ending.Next = heard.Acknowledgment;
            await Say(new TcpSegment(heard.Destination, heard.Source, ending.Next, heard.End, TcpControl.Fin | TcpControl.Ack), cancellationToken);
            ending.Next++;
        }
        else if (heard.Length > 0 || heard.Control.HasFlag(TcpControl.Fin))
        {
            // What the app says last, and its own end, are taken: it can close.
            await Say(new TcpSegment(heard.Destination, heard.Source, ending.Next, heard.End, TcpControl.Ack), cancellationToken);
        }
    }

    private ValueTask<int> Say(TcpSegment segment, CancellationToken cancellationToken) => _socket.Send(segment.Frame(_pod, _bridge), cancellationToken);

    private sealed class Ending
    {
        public bool Finished { get; set; }

        public uint Next { get; set; }
    }
}
