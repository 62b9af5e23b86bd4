using System.Runtime.InteropServices;

namespace Pinacle.Podd.Linux;

/// <summary>What podd needs of libc and the kernel and neither .NET nor Tmds.LibC has. C names, with the C prototype above.</summary>
internal static unsafe partial class LibC
{
    public const int O_RDONLY = 0;
    public const int O_DIRECTORY = 0x10000;
    public const int O_CLOEXEC = 0x80000;
    public const short POLLIN = 1;
    public const int SIGKILL = 9;
    private const int SYS_pidfd_open = 434;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    public const int EINTR = 4;
    public const int P_PID = 1;
    public const int P_PIDFD = 3;
    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int CLD_EXITED = 1;
    public const int CLD_KILLED = 2;
    public const int CLD_DUMPED = 3;
    public const int PR_SET_CHILD_SUBREAPER = 36;

    // siginfo_t of a SIGCHLD: 128 bytes, of which waitid fills these.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct SigInfo
    {
        [FieldOffset(8)]
        public int Code;

        [FieldOffset(16)]
        public int Pid;

        [FieldOffset(24)]
        public int Status;
    }

    // int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options)
    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int idType, uint id, SigInfo* info, int options);

    // int prctl(int op, unsigned long arg2, unsigned long arg3, unsigned long arg4, unsigned long arg5)
    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int PrCtl(int operation, nuint argument, nuint third, nuint fourth, nuint fifth);

    // long syscall(long number, ...); number 434: int pidfd_open(pid_t pid, unsigned int flags)
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long first, long second);

    public static int PidfdOpen(int pid) => (int)Syscall(SYS_pidfd_open, pid, 0);

    public const int AF_PACKET = 17;
    public const int SOCK_RAW = 3;
    public const int SOCK_CLOEXEC = 0x80000;

    // struct sockaddr_ll { unsigned short sll_family; __be16 sll_protocol; int sll_ifindex; unsigned short sll_hatype; unsigned char sll_pkttype; unsigned char sll_halen; unsigned char sll_addr[8]; }
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct SockaddrLl
    {
        public ushort Family;
        public ushort Protocol;
        public int Interface;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    // int socket(int domain, int type, int protocol)
    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int fd, in SockaddrLl address, int length);

    public const int CLONE_NEWNET = 0x40000000;

    // int setns(int fd, int nstype): of the calling thread
    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNs(int fd, int type);

    // unsigned int if_nametoindex(const char *ifname): 0 where there is none
    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint IfNameToIndex(string name);

    // int poll(struct pollfd *fds, nfds_t nfds, int timeout)
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* fds, nuint count, int timeout);

    // int open(const char *pathname, int flags)
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    // int close(int fd)
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    // int fsync(int fd)
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(int fd);

    // int ioctl(int fd, unsigned long request, void *argp)
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int fd, nuint request, void* argument);

    // int kill(pid_t pid, int sig)
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    // int chown(const char *pathname, uid_t owner, gid_t group)
    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Chown(string path, uint owner, uint group);

    // int adjtimex(struct timex *buf)
    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    public static partial int AdjTimeX(void* buffer);

    public const int AT_FDCWD = -100;
    public const uint STATX_BASIC_STATS = 0x7ff;

    // The first fields of struct statx (256 bytes).
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint Uid;
        public uint Gid;
        public ushort Mode;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
    }

    // int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *statxbuf)
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetStatx(int directory, string path, int flags, uint mask, out Statx result);

    // mode_t umask(mode_t mask)
    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint Umask(uint mask);
}
