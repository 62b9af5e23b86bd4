using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Pinacle.Podd.Linux;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Sends and hears raw frames on a link (packet(7)), as somebody does who has raw sockets in a pod's namespace. No pod has: its sandbox refuses them.</summary>
internal sealed partial class FrameSocket : IDisposable
{
    private const ushort AllProtocols = 0x0003; // ETH_P_ALL
    private readonly Socket _socket;
    private readonly List<string> _heard = [];
    private readonly byte[] _buffer = new byte[65536];

    public FrameSocket(string path, string link) => _socket = InNamespace.Run(path, () =>
    {
        var descriptor = LibC.Socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        var address = new LibC.SockaddrLl { Family = LibC.AF_PACKET, Protocol = AllProtocols << 8, Interface = NameToIndex(link) };
        if (descriptor < 0 || LibC.Bind(descriptor, in address, Marshal.SizeOf<LibC.SockaddrLl>()) != 0)
            throw new IOException($"cannot open {link}: {Marshal.GetLastPInvokeErrorMessage()}");
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    });

    /// <summary>Sends a frame.</summary>
    public async Task Send(byte[] frame) => await _socket.SendAsync(frame);

    /// <summary>Everything that passed the link until a frame with that text, which is not among it.</summary>
    public async Task<IReadOnlyList<string>> Until(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var frame = Encoding.Latin1.GetString(_buffer, 0, await _socket.ReceiveAsync(_buffer, limit.Token));
            if (frame.Contains(text, StringComparison.Ordinal))
                return _heard;
            _heard.Add(frame);
        }
    }

    public void Dispose() => _socket.Dispose();

    // unsigned int if_nametoindex(const char *ifname);
    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NameToIndex(string name);
}
