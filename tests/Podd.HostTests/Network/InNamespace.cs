using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pinacle.Podd.HostTests.Network;

/// <summary>Makes sockets inside a network namespace, or as another user. A socket belongs to where and by whom it was made, so only its making needs a thread that is in there; everything after happens outside.</summary>
internal static partial class InNamespace
{
    /// <summary>The host's own.</summary>
    public const string Host = "/proc/self/ns/net";

    private const int CloneNewNet = 0x40000000;
    private const long SetResUid = 117;

    public static Socket Tcp(string path, IPAddress? bind = null, int port = 0, bool listen = false, int user = 0) => Run(path, () =>
    {
        var socket = new Socket(bind?.AddressFamily ?? AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (bind is not null)
            socket.Bind(new IPEndPoint(bind, port));
        if (listen)
            socket.Listen(256);
        return socket;
    }, user);

    public static Socket Udp(string path, IPAddress? bind = null, int port = 0, int user = 0) => Run(path, () =>
    {
        var socket = new Socket(bind?.AddressFamily ?? AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(bind ?? IPAddress.Any, port));
        return socket;
    }, user);

    public static Socket Icmp(string path, IPAddress? bind = null) => Run(path, () =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        if (bind is not null)
            socket.Bind(new IPEndPoint(bind, 0));
        return socket;
    });

    public static T Run<T>(string path, Func<T> make, int user = 0)
    {
        T? result = default;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle(path);
                if (path != Host && SetNs((int)file.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot enter {path}");
                // The raw call changes this thread only, for good: it ends here.
                if (user != 0 && Syscall(SetResUid, user, user, user) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot become user {user}");
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

    // long syscall(long number, ...); number 117: int setresuid(uid_t ruid, uid_t euid, uid_t suid)
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long first, long second, long third);
}
