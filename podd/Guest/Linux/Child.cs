namespace Pinacle.Guest.Linux;

/// <summary>A process that the guest started, in a session of its own.</summary>
/// <param name="Pid">Its id, also that of its process group.</param>
/// <param name="Mark">What everything that comes of it carries in its environment (<see cref="Kin"/>).</param>
/// <param name="Stdin">Write end, or -1.</param>
/// <param name="Stdout">Read end.</param>
/// <param name="Stderr">Read end, or -1 where it goes the way of <paramref name="Stdout"/>.</param>
/// <param name="Exit">Its exit code; 128 + n for an end by signal n.</param>
internal sealed record Child(int Pid, string Mark, int Stdin, int Stdout, int Stderr, Task<int> Exit)
{
    /// <summary>To its process group.</summary>
    public void Signal(int signal)
    {
        // ESRCH only says that it has ended already.
        _ = LibC.Kill(-Pid, signal);
    }

    /// <summary>To everything that came of it, sessions of their own included.</summary>
    public void SignalKin(int signal) => Kin.Signal(Kin.Of(Pid, Mark), signal);

    /// <summary>Ends everything that came of it: asked nicely for as long as <paramref name="grace"/>, then not.</summary>
    public Task EndKin(TimeSpan grace = default) => Kin.End(Pid, Mark, grace);
}
