using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Makes sockets inside a network namespace. A socket belongs to the namespace it was made in, so only its making needs a thread that is in there; everything after happens outside.</summary>
internal static partial class InNamespace
{
    private const int CloneNewNet = 0x40000000;

    public static Socket Tcp(string path, IPAddress? bind = null, int port = 0, bool listen = false) => Run(path, () =>
    {
        var socket = new Socket(bind?.AddressFamily ?? AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (bind is not null)
            socket.Bind(new IPEndPoint(bind, port));
        if (listen)
            socket.Listen(256);
        return socket;
    });

    public static Socket Udp(string path, IPAddress? bind = null, int port = 0) => Run(path, () =>
    {
        var socket = new Socket(bind?.AddressFamily ?? AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(bind ?? IPAddress.Any, port));
        return socket;
    });

    public static T Run<T>(string path, Func<T> make)
    {
        T? result = default;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(path);
                if (SetNs((int)file.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot enter {path}");
                result = make();
            }
            catch (Exception caught)
            {
                error = caught;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? result! : throw new InvalidOperationException($"cannot make that in {path}: {error.Message}", error);
    }

    // int setns(int fd, int nstype);
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int fd, int nstype);
}
