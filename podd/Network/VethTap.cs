using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Network;

/// <summary>
/// Hears what is sent to a pod, on the host's end of its veth, by a packet socket (packet(7)): no polling, and nothing to pay while nothing comes.
/// ETH_P_ALL, because the bridge takes frames away before a socket for one protocol would see them.
/// </summary>
public sealed class VethTap : IDisposable
{
    private const ushort AllProtocols = 0x0003; // ETH_P_ALL, linux/if_ether.h
    private const int HardwareAddress = 6;

    private readonly byte[] _frame = new byte[HardwareAddress];
    private readonly byte[] _mac;
    private readonly Socket _socket;

    /// <summary>Begins to listen.</summary>
    /// <param name="veth">The host's end.</param>
    /// <param name="mac">The pod's hardware address, <c>aa:bb:…</c>.</param>
    public VethTap(string veth, string mac)
    {
        _mac = [.. mac.Split(':').Select(part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        var link = LinkOf(veth);
        // Protocol 0: nothing is heard before it is bound to the one link.
        var descriptor = LibC.Socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            throw Failed("open a packet socket for", veth);
        _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        var address = new LibC.SockaddrLl { Family = LibC.AF_PACKET, Protocol = BitConverter.IsLittleEndian ? (ushort)(AllProtocols << 8) : AllProtocols, Interface = link };
        if (LibC.Bind(descriptor, in address, Marshal.SizeOf<LibC.SockaddrLl>()) == 0)
            return;
        var error = Failed("listen on", veth);
        _socket.Dispose();
        throw error;
    }

    /// <summary>Completes when a frame for the pod's own address passes; what is for all hosts of the bridge is not meant.</summary>
    public async Task Next(CancellationToken cancellationToken)
    {
        while (true)
        {
            // The rest of the frame is cut off by the kernel.
            var length = await _socket.ReceiveAsync(_frame, SocketFlags.None, cancellationToken);
            if (length == HardwareAddress && _frame.AsSpan().SequenceEqual(_mac))
                return;
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

    private static int LinkOf(string veth) => int.Parse(File.ReadAllText($"/sys/class/net/{veth}/ifindex"), CultureInfo.InvariantCulture);

    private static IOException Failed(string what, string veth) => new($"cannot {what} {veth}: {Marshal.GetLastPInvokeErrorMessage()}");
}
