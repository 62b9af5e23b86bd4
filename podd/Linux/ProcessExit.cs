namespace Pinacle.Podd.Linux;

/// <summary>How a process ended; exactly one of the two is set.</summary>
/// <param name="Code">The exit code that it ended with by itself.</param>
/// <param name="Signal">The signal that killed it.</param>
public sealed record ProcessExit(int? Code, int? Signal)
{
    /// <summary>Reaps a child that has ended, and only that one.</summary>
    /// <param name="idType">What <paramref name="id"/> is: <see cref="LibC.P_PID"/> or <see cref="LibC.P_PIDFD"/>.</param>
    /// <param name="id">A process id, which is only safe while the process is known to be an unreaped child, or a pidfd.</param>
    /// <returns>Null where it is not podd's child, or somebody else has reaped it.</returns>
    internal static unsafe ProcessExit? Reap(int idType, int id)
    {
        LibC.SigInfo info = default;
        while (LibC.WaitId(idType, (uint)id, &info, LibC.WEXITED | LibC.WNOHANG) != 0)
        {
            if (System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != LibC.EINTR)
                return null;
        }
        return info.Code switch
        {
            LibC.CLD_EXITED => new ProcessExit(info.Status, null),
            LibC.CLD_KILLED or LibC.CLD_DUMPED => new ProcessExit(null, info.Status),
            _ => null,
        };
    }
}
