using System.Globalization;

namespace Pinacle.Podd.Linux;

/// <summary>A process that cannot be mistaken for a later one of the same number.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="StartTicks">Its start, in clock ticks since boot (field 22 of <c>/proc/PID/stat</c>).</param>
/// <param name="BootId">The kernel's boot.</param>
public sealed record ProcessIdentity(int Pid, long StartTicks, string BootId)
{
    /// <summary>The kernel's present boot id.</summary>
    public static string CurrentBoot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Null when there is no such process.</summary>
    public static ProcessIdentity? Of(int pid) => Ticks(pid, dead: false) is { } ticks ? new ProcessIdentity(pid, ticks, CurrentBoot) : null;

    /// <summary>True while this very process runs (a zombie does not).</summary>
    public bool Alive => BootId == CurrentBoot && Ticks(Pid, dead: false) == StartTicks;

    /// <summary>True until it has ended and has been reaped.</summary>
    internal bool Exists => BootId == CurrentBoot && Ticks(Pid, dead: true) == StartTicks;

    private static long? Ticks(int pid, bool dead)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return !dead && fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
