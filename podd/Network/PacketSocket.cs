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
        : this(link, BitConverter.IsLittleEndian ? (ushort)(AllProtocols << 8) : AllProtocols)
    {
    }

    private PacketSocket(string link, ushort protocol)
    {
        var index = (int)LibC.IfNameToIndex(link);
        if (index == 0)
            throw Failed("find", link);
        // Protocol 0: nothing is heard before it is bound to the one link.
        var descriptor = LibC.Socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            throw Failed("open a packet socket for", link);
        _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        var address = new LibC.SockaddrLl { Family = LibC.AF_PACKET, Protocol = protocol, Interface = index };
        if (LibC.Bind(descriptor, in address, Marshal.SizeOf<LibC.SockaddrLl>()) == 0)
            return;
        var error = Failed("listen on", link);
        _socket.Dispose();
        throw error;
    }

    /// <summary>A socket inside a network namespace that sends and does not hear.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="link">A link in there.</param>
    /// <exception cref="IOException">The namespace cannot be entered, or has no such link.</exception>
    public static PacketSocket SendingIn(string path, string link)
    {
        using var file = File.OpenHandle(path);
        PacketSocket? socket = null;
        Exception? failure = null;
        // A socket stays where it was made, and a thread where it went: this one ends in there.
        var thread = new Thread(
            () =>
            {
                try
                {
                    if (LibC.SetNs((int)file.DangerousGetHandle(), LibC.CLONE_NEWNET) != 0)
                        throw Failed("enter", path);
                    socket = new PacketSocket(link, 0);
                }
                catch (Exception error) when (error is IOException or SocketException)
                {
                    failure = error;
                }
            },
            maxStackSize: 256 << 10);
        thread.Start();
        thread.Join();
        return socket ?? throw new IOException($"cannot send in {path}: {failure?.Message}", failure);
    }

    /// <summary>The next frame, either way; what does not fit into <paramref name="frame"/> is cut off by the kernel.</summary>
    public ValueTask<int> Receive(Memory<byte> frame, CancellationToken cancellationToken) => _socket.ReceiveAsync(frame, SocketFlags.None, cancellationToken);

    /// <summary>Sends a frame out of the link: to its other end.</summary>
    public ValueTask<int> Send(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) => _socket.SendAsync(frame, SocketFlags.None, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static IOException Failed(string what, string link) => new($"cannot {what} {link}: {Marshal.GetLastPInvokeErrorMessage()}");
}
