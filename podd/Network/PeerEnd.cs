using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pinacle.Contracts;

namespace Pinacle.Podd.Network;

/// <summary>
/// Ends TCP connections of a pod in the name of their peers, in order: the pod's processes read end-of-file and close. A reset would leave some of them with a socket
/// that epoll goes on to report (platform.md). Frames go from the host's end of the pod's veth right to the pod, so no rule and no route stands between. The peers are told by a reset
/// in the pod's name, or a database would keep the connection of each sleep for hours; it goes out of the pod's own end of the link, past the rules that hold for all that a pod sends.
/// </summary>
public sealed class PeerEnd : IDisposable
{
    private readonly ConcurrentDictionary<(IPEndPoint Pod, IPEndPoint Peer), Ending> _endings = [];
    private readonly ConcurrentDictionary<(IPEndPoint Pod, IPEndPoint Peer), uint> _dials = [];
    private readonly CancellationTokenSource _end = new();
    private readonly PacketSocket _socket;
    private readonly PacketSocket _outwards;
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
        _outwards = PacketSocket.SendingIn(slot.NamespacePath, "eth0");
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

    /// <summary>Whom the pod has dialled since this began to hear, and was not refused.</summary>
    public IEnumerable<IPEndPoint> Dialled => _dials.Keys.Select(dial => dial.Peer);

    /// <summary>Refuses every dial that nothing has answered.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task Refuse(CancellationToken cancellationToken)
    {
        foreach (var dial in _dials.Keys)
        {
            if (_dials.TryRemove(dial, out var sequence))
                await Say(new TcpSegment(dial.Peer, dial.Pod, 0, sequence + 1, TcpControl.Rst | TcpControl.Ack), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _socket.Dispose();
        _outwards.Dispose();
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
                if (heard.Control.HasFlag(TcpControl.Syn) && !heard.Control.HasFlag(TcpControl.Ack))
                    _dials[(heard.Source, heard.Destination)] = heard.Sequence;
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
            await Tell(heard, cancellationToken);
        }
        else if (heard.Length > 0 || heard.Control.HasFlag(TcpControl.Fin))
        {
            // What the app says last, and its own end, are taken: it can close.
            await Say(new TcpSegment(heard.Destination, heard.Source, ending.Next, heard.End, TcpControl.Ack), cancellationToken);
            await Tell(heard, cancellationToken);
        }
    }

    // With the very number that the peer expects after all that it was sent: it takes no other (RFC 5961, 3.2).
    private ValueTask<int> Tell(TcpSegment heard, CancellationToken cancellationToken) =>
        _outwards.Send(new TcpSegment(heard.Source, heard.Destination, heard.End, 0, TcpControl.Rst).Frame(_bridge, _pod), cancellationToken);

    private ValueTask<int> Say(TcpSegment segment, CancellationToken cancellationToken) => _socket.Send(segment.Frame(_pod, _bridge), cancellationToken);

    private sealed class Ending
    {
        public bool Finished { get; set; }

        public uint Next { get; set; }
    }
}
