using System.Globalization;

namespace Pinacle.Podd.Network;

/// <summary>Hears what is sent to a pod, on the host's end of its veth: no polling, and nothing to pay while nothing comes.</summary>
/// <param name="veth">The host's end.</param>
/// <param name="mac">The pod's hardware address, <c>aa:bb:…</c>.</param>
public sealed class VethTap(string veth, string mac) : IDisposable
{
    private readonly byte[] _frame = new byte[6];
    private readonly byte[] _mac = SlotPlan.Bytes(mac);
    private readonly PacketSocket _socket = new(veth);

    /// <summary>Completes when a frame for the pod's own address passes; what is for all hosts of the bridge is not meant.</summary>
    public async Task Next(CancellationToken cancellationToken)
    {
        while (await _socket.Receive(_frame, cancellationToken) != _mac.Length || !_frame.AsSpan().SequenceEqual(_mac))
        {
            // For somebody else.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>Bytes that passed the link so far, both ways; 0 when it is gone.</summary>
    public static long Bytes(string veth) => Counter(veth, "rx_bytes") + Counter(veth, "tx_bytes");

    private static long Counter(string veth, string name)
    {
        try
        {
            return long.Parse(File.ReadAllText($"/sys/class/net/{veth}/statistics/{name}"), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
