using System.Runtime.InteropServices;
using Pinacle.Contracts;

namespace Pinacle.Guest.Linux;

/// <summary>Pseudo-terminals (pty(7)) by ioctl(2): what the sandbox's kernel has, and no more of libc than that.</summary>
internal static unsafe class Pty
{
    private const ulong TIOCSPTLCK = 0x40045431;
    private const ulong TIOCGPTN = 0x80045430;
    private const ulong TIOCSWINSZ = 0x5414;
    private const ulong TIOCGPGRP = 0x540F;
    private const int SIGWINCH = 28;

    /// <summary>Makes one; it belongs to the user that the calling thread is.</summary>
    /// <returns>The master's descriptor and the terminal's path.</returns>
    public static (int Master, string Path) Open(TerminalSize size)
    {
        var master = LibC.Open(File.Exists("/dev/ptmx") ? "/dev/ptmx" : "/dev/pts/ptmx", LibC.O_RDWR | LibC.O_NOCTTY | LibC.O_CLOEXEC);
        if (master < 0)
            throw new IOException($"cannot open a terminal: {Marshal.GetLastPInvokeErrorMessage()}");
        int unlocked = 0, number = 0;
        if (LibC.Ioctl(master, TIOCSPTLCK, &unlocked) != 0 || LibC.Ioctl(master, TIOCGPTN, &number) != 0)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            _ = LibC.Close(master);
            throw new IOException($"cannot open a terminal: {error}");
        }
        Resize(master, size);
        return (master, $"/dev/pts/{number}");
    }

    /// <summary>Sets the size and tells the foreground: Linux does that by itself, gVisor does not.</summary>
    public static void Resize(int master, TerminalSize size)
    {
        var window = stackalloc ushort[4] { (ushort)size.Rows, (ushort)size.Columns, 0, 0 };
        _ = LibC.Ioctl(master, TIOCSWINSZ, window);
        Signal(master, SIGWINCH);
    }

    /// <summary>Sends a signal to what is in the foreground.</summary>
    public static void Signal(int master, int signal)
    {
        var group = 0;
        if (LibC.Ioctl(master, TIOCGPGRP, &group) == 0 && group > 1)
            _ = LibC.Kill(-group, signal);
    }
}
