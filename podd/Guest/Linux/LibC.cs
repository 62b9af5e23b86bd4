using System.Runtime.InteropServices;

namespace Pinacle.Guest.Linux;

/// <summary>What the guest needs of libc. It uses no <c>System.Diagnostics.Process</c>: as PID 1 it must reap everything itself, and that class reaps too.</summary>
internal static unsafe partial class LibC
{
    public const int O_RDWR = 2;
    public const int O_NOCTTY = 0x100;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int SOCK_STREAM = 1;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SIGHUP = 1;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int EINTR = 4;
    public const int ECHILD = 10;
    public const int SpawnSetSigDef = 0x04;
    public const int SpawnSetSigMask = 0x08;
    public const int SpawnSetSid = 0x80;
    private const long SysSetResUid = 117;
    private const long SysSetResGid = 119;
    private const long SysSetGroups = 116;

    // long syscall(long number, ...): the raw calls change the calling thread only; libc's wrappers would change every thread.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Syscall(long number, long first, long second, long third);

    /// <summary>Lets the calling thread, and what it spawns, be another user. There is no way back for the thread.</summary>
    public static bool Become(uint uid, uint gid, ReadOnlySpan<uint> groups)
    {
        fixed (uint* list = groups)
        {
            return Syscall(SysSetGroups, groups.Length, (long)list, 0) == 0
                && Syscall(SysSetResGid, gid, gid, gid) == 0
                && Syscall(SysSetResUid, uid, uid, uid) == 0;
        }
    }

    // pid_t waitpid(pid_t pid, int *wstatus, int options)
    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int pid, int* status, int options);

    // int kill(pid_t pid, int sig)
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    // int pipe2(int pipefd[2], int flags)
    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe2(int* ends, int flags);

    // int open(const char *pathname, int flags, ...)
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    // int ioctl(int fd, unsigned long request, ...)
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Ioctl(int fd, ulong request, void* argument);

    // int fcntl(int fd, int cmd, ...)
    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int fd, int command, int argument);

    /// <summary>Another descriptor of the same, which a started process does not get.</summary>
    public static int Duplicate(int descriptor)
    {
        const int F_DUPFD_CLOEXEC = 1030;
        return Fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    }

    // ssize_t read(int fd, void *buf, size_t count)
    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nint count);

    // ssize_t write(int fd, const void *buf, size_t count)
    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nint count);

    // int close(int fd)
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    // int socket(int domain, int type, int protocol)
    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, byte* address, int length);

    // int listen(int sockfd, int backlog)
    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    // int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, byte* address, int length);

    // int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags)
    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept4(int descriptor, nint address, nint length, int flags);

    // int shutdown(int sockfd, int how)
    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    // int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)
    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSockOpt(int descriptor, int level, int name, void* value, int* length);

    // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)
    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSockOpt(int descriptor, int level, int name, void* value, int length);

    // ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)
    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMsg(int descriptor, UnixSocket.Message* message, int flags);

    // ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)
    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint RecvMsg(int descriptor, UnixSocket.Message* message, int flags);

    // ssize_t readlink(const char *pathname, char *buf, size_t bufsiz)
    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLink(string path, byte* buffer, nint size);

    // void sync(void)
    [LibraryImport("libc", EntryPoint = "sync")]
    public static partial void Sync();

    // int sethostname(const char *name, size_t len)
    [LibraryImport("libc", EntryPoint = "sethostname", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetHostName(string name, nint length);

    // int chown(const char *pathname, uid_t owner, gid_t group)
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LChown(string path, uint owner, uint group);

    // int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attrp, char *const argv[], char *const envp[])
    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PosixSpawn(int* pid, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int ActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ActionsAddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    // Since glibc 2.29; the guest brings its own libc.
    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ActionsAddChdir(byte* actions, string folder);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int AttributesSetSigDefault(byte* attributes, byte* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int AttributesSetSigMask(byte* attributes, byte* set);
}
