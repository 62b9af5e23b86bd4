using System.Runtime.InteropServices;

namespace Pinacle.Podd.Linux;

/// <summary>Paths below a folder that somebody else filled.</summary>
internal static unsafe partial class LibC
{
    public const int O_NOCTTY = 0x100;
    public const int O_NONBLOCK = 0x800;
    public const int O_NOFOLLOW = 0x20000;
    public const int O_PATH = 0x200000;
    public const ulong RESOLVE_NO_XDEV = 0x01;
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_IN_ROOT = 0x10;
    public const int ENOENT = 2;
    public const int EAGAIN = 11;
    public const int EEXIST = 17;
    public const int ENOTDIR = 20;
    private const int SYS_openat2 = 437;

    // struct open_how { __u64 flags; __u64 mode; __u64 resolve; }
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    // long syscall(long number, ...); number 437: int openat2(int dirfd, const char *pathname, struct open_how *how, size_t size)
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long OpenAt2(long number, long folder, string path, OpenHow* how, long size);

    public static int OpenAt2(int folder, string path, int flags, ulong resolve)
    {
        var how = new OpenHow { Flags = (ulong)flags, Resolve = resolve };
        return (int)OpenAt2(SYS_openat2, folder, path, &how, sizeof(OpenHow));
    }

    // int mkdir(const char *pathname, mode_t mode)
    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MkDir(string path, uint mode);

    // int lchown(const char *pathname, uid_t owner, gid_t group)
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LChown(string path, uint owner, uint group);
}
