using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Network;

/// <summary>A packet socket (packet(7)) on one link: hears every frame that passes it, and sends frames as they are. ETH_P_ALL, because the bridge takes frames away before a socket for one protocol would see them.</summary>
public sealed class PacketSocket : IDisposable
{
    private const ushort AllProtocols = 0x0003; // ETH_P_ALL, linux/if_ether.h

    private readonly Socket _socket;

    /// <summary>Begins to hear.</summary>
    /// <param name="link">Its name.</param>
    public PacketSocket(string link)
    {
        var index = int.Parse(File.ReadAllText($"/sys/class/net/{link}/ifindex"), CultureInfo.InvariantCulture);
        // Protocol 0: nothing is heard before it is bound to the one link.
        var descriptor = LibC.Socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            throw Failed("open a packet socket for", link);
        _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        var address = new LibC.SockaddrLl { Family = LibC.AF_PACKET, Protocol = BitConverter.IsLittleEndian ? (ushort)(AllProtocols << 8) : AllProtocols, Interface = index };
        if (LibC.Bind(descriptor, in address, Marshal.SizeOf<LibC.SockaddrLl>()) == 0)
            return;
        var error = Failed("listen on", link);
        _socket.Dispose();
        throw error;
    }

    /// <summary>The next frame, either way; what does not fit into <paramref name="frame"/> is cut off by the kernel.</summary>
    public ValueTask<int> Receive(Memory<byte> frame, CancellationToken cancellationToken) => _socket.ReceiveAsync(frame, SocketFlags.None, cancellationToken);

    /// <summary>Sends a frame out of the link: to its other end.</summary>
    public ValueTask<int> Send(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => _socket.SendAsync(frame, SocketFlags.None, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static IOException Failed(string what, string link) => new($"cannot {what} {link}: {Marshal.GetLastPInvokeErrorMessage()}");
}
