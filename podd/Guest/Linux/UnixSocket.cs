using System.Runtime.InteropServices;
using System.Text;

namespace Pinacle.Guest.Linux;

/// <summary>Sockets of the abstract namespace (unix(7)) that carry descriptors: .NET's cannot. All calls block.</summary>
internal static unsafe class UnixSocket
{
    private const int AF_UNIX = 1;
    private const int SOL_SOCKET = 1;
    private const int SO_PEERCRED = 17;
    private const int SO_RCVTIMEO = 20;
    private const int SCM_RIGHTS = 1;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int ControlSize = 32; // CMSG_SPACE(3 * sizeof(int))

    /// <summary>Listens on a name.</summary>
    public static int Listen(string name)
    {
        var descriptor = Open();
        Span<byte> address = stackalloc byte[110];
        fixed (byte* pointer = address)
        {
            if (LibC.Bind(descriptor, pointer, Address(name, address)) == 0 && LibC.Listen(descriptor, 16) == 0)
                return descriptor;
        }
        throw Failure("listen", name, descriptor);
    }

    /// <summary>Connects to a name.</summary>
    public static int Connect(string name)
    {
        var descriptor = Open();
        Span<byte> address = stackalloc byte[110];
        fixed (byte* pointer = address)
        {
            if (LibC.Connect(descriptor, pointer, Address(name, address)) == 0)
                return descriptor;
        }
        throw Failure("connect", name, descriptor);
    }

    /// <summary>Who is at the other side, as the kernel knows it.</summary>
    public static uint PeerUid(int descriptor)
    {
        var credentials = stackalloc uint[3]; // struct ucred: pid, uid, gid
        var size = 12;
        return LibC.GetSockOpt(descriptor, SOL_SOCKET, SO_PEERCRED, credentials, &size) == 0
            ? credentials[1]
            : throw new IOException($"cannot tell who calls: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Limits each read; null for none.</summary>
    public static void Patience(int descriptor, TimeSpan? limit)
    {
        var time = stackalloc long[2] { (long)(limit?.TotalSeconds ?? 0), 0 };
        _ = LibC.SetSockOpt(descriptor, SOL_SOCKET, SO_RCVTIMEO, time, 16);
    }

    /// <summary>Sends bytes together with three descriptors.</summary>
    public static void Send(int descriptor, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> three)
    {
        var control = stackalloc byte[ControlSize];
        *(nint*)control = 16 + (three.Length * 4);
        (*(int*)(control + 8), *(int*)(control + 12)) = (SOL_SOCKET, SCM_RIGHTS);
        three.CopyTo(new Span<int>(control + 16, three.Length));
        fixed (byte* pointer = bytes)
        {
            var vector = new IoVector { Base = pointer, Length = bytes.Length };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            if (LibC.SendMsg(descriptor, &message, 0) != bytes.Length)
                throw new IOException($"cannot hand over: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Reads bytes, and the descriptors that came with them; the caller closes those.</summary>
    public static int Receive(int descriptor, Span<byte> bytes, List<int> descriptors)
    {
        var control = stackalloc byte[ControlSize];
        new Span<byte>(control, ControlSize).Clear();
        fixed (byte* pointer = bytes)
        {
            var vector = new IoVector { Base = pointer, Length = bytes.Length };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            var count = (int)LibC.RecvMsg(descriptor, &message, MSG_CMSG_CLOEXEC);
            var length = *(nint*)control;
            if (count > 0 && message.ControlLength >= 20 && *(int*)(control + 12) == SCM_RIGHTS)
                descriptors.AddRange(new ReadOnlySpan<int>(control + 16, (int)Math.Min(3, (length - 16) / 4)));
            return count;
        }
    }

    private static int Open() => LibC.Socket(AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_CLOEXEC, 0) is >= 0 and var descriptor
        ? descriptor
        : throw new IOException($"cannot make a socket: {Marshal.GetLastPInvokeErrorMessage()}");

    // struct sockaddr_un: the family, then a NUL and the name.
    private static int Address(string name, Span<byte> address)
    {
        address.Clear();
        address[0] = AF_UNIX;
        return 3 + Encoding.ASCII.GetBytes(name, address[3..]);
    }

    private static IOException Failure(string what, string name, int descriptor)
    {
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = LibC.Close(descriptor);
        return new IOException($"cannot {what} at {name}: {error}");
    }

    /// <summary>struct iovec.</summary>
    internal struct IoVector
    {
        public byte* Base;
        public nint Length;
    }

    /// <summary>struct msghdr.</summary>
    internal struct Message
    {
        public byte* Name;
        public nint NameLength;
        public IoVector* Vectors;
        public nint VectorCount;
        public byte* Control;
        public nint ControlLength;
        public nint Flags;
    }
}
