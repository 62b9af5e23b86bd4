namespace Pinacle.Guest.Linux;

/// <summary>A process that the guest started, in a session of its own.</summary>
/// <param name="Pid">Its id, also that of its process group.</param>
/// <param name="Stdin">Write end, or -1.</param>
/// <param name="Stdout">Read end.</param>
/// <param name="Stderr">Read end, or -1 where it goes the way of <paramref name="Stdout"/>.</param>
/// <param name="Exit">Its exit code; 128 + n for an end by signal n.</param>
internal sealed record Child(int Pid, int Stdin, int Stdout, int Stderr, Task<int> Exit)
{
    /// <summary>Ends the whole process group.</summary>
    public void Signal(int signal)
    {
        // ESRCH only says that it has ended already.
        _ = LibC.Kill(-Pid, signal);
    }
}
