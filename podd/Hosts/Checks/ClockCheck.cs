using Pinacle.Podd.Linux;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>Certificates, tokens and signed URLs all need the right time.</summary>
internal sealed class ClockCheck(TimeProvider time) : IHostCheck
{
    private const int Unsynchronised = 5; // TIME_ERROR of adjtimex(2)

    public string Name => "clock";

    public Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([Judge(time.GetUtcNow(), BuiltAt(), Synchronised())]);

    internal static Finding Judge(DateTimeOffset now, DateTimeOffset built, bool synchronised)
    {
        if (now < built)
            return Finding.Fail($"{now:u} is before podd was made ({built:u})", "set the clock: apt-get install systemd-timesyncd, then timedatectl set-ntp true");
        return synchronised
            ? Finding.Ok($"{now:u}, synchronised")
            : Finding.Warn($"{now:u}, and nothing keeps it right", "apt-get install systemd-timesyncd, then timedatectl set-ntp true");
    }

    private static DateTimeOffset BuiltAt() => Environment.ProcessPath is { } program ? new DateTimeOffset(File.GetLastWriteTimeUtc(program), TimeSpan.Zero) : DateTimeOffset.UnixEpoch;

    private static unsafe bool Synchronised()
    {
        // struct timex has 208 bytes; with modes = 0 it is only filled in.
        var buffer = stackalloc byte[256];
        new Span<byte>(buffer, 256).Clear();
        return LibC.AdjTimeX(buffer) is >= 0 and not Unsynchronised;
    }
}
