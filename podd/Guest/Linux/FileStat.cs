using System.Runtime.InteropServices;

namespace Pinacle.Guest.Linux;

/// <summary>statx(2) of a path or descriptor. .NET does not tell FIFOs, sockets and devices from files, nor owners.</summary>
internal readonly partial record struct FileStat(uint Mode, uint Uid, uint Gid, long Size, DateTimeOffset ModifiedAt, ulong Device, ulong Inode, UInt128 Changed)
{
    private const uint TypeMask = 0xF000;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;

    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    public bool IsFolder => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xA000;

    /// <summary>The permission bits.</summary>
    public int Permissions => (int)(Mode & 0xFFF);

    /// <summary>Of what the path leads to; null where there is nothing, errno in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static FileStat? Of(string path) => Read(CurrentFolder, path, 0);

    /// <summary>Of the link itself, where the path is one.</summary>
    public static FileStat? OfLink(string path) => Read(CurrentFolder, path, NoFollow);

    /// <summary>Of what is open.</summary>
    public static FileStat? Of(int descriptor) => Read(descriptor, "", EmptyPath);

    // struct statx (linux/stat.h): uid @20, gid @24, mode @28 (u16), inode @32, size @40, ctime @96, mtime @112 (s64 seconds, u32 nanoseconds), device @136 (u32 major, u32 minor).
    private static unsafe FileStat? Read(int folder, string path, int flags)
    {
        var buffer = stackalloc byte[256];
        if (Statx(folder, path, flags, BasicStats, buffer) != 0)
            return null;
        var seconds = Math.Clamp(*(long*)(buffer + 112), 0, 253_402_300_799); // a pod can set any time; DateTimeOffset ends with the year 9999
        return new FileStat(*(ushort*)(buffer + 28), *(uint*)(buffer + 20), *(uint*)(buffer + 24), *(long*)(buffer + 40), DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(*(uint*)(buffer + 120) / 100), *(ulong*)(buffer + 136), *(ulong*)(buffer + 32), new UInt128(*(ulong*)(buffer + 96), *(uint*)(buffer + 104)));
    }

    // int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *statxbuf)
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* result);
}
