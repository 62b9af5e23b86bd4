using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Runsc;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Pods;

/// <summary>Says of a sandbox that ended unasked what can be proved, before its traces are removed.</summary>
public sealed partial class Autopsy(Sandbox sandbox, Pool pool, ILogger<Autopsy> logger)
{
    // The kernel counts that it killed something of the pod, not what. Longer before its end than this, the pod has outlived it.
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(2);

    // As a shell tells of a program that a signal killed: what runsc passes on of the pod's first process.
    private const int KilledCode = 128 + LibC.SIGKILL;

    /// <summary>The certificate.</summary>
    /// <param name="pod">The pod; nothing that it left has been removed.</param>
    /// <param name="exit">How the sandbox ended; null when that could not be had.</param>
    /// <param name="end">When it ended, or was found to have; the cgroup's count of killings has been read since.</param>
    /// <param name="otherwise">What is said where there is neither a proof nor an exit: "its sandbox ended …".</param>
    public async Task<DeathCertificate> Of(Pod pod, ProcessExit? exit, DateTimeOffset end, string otherwise)
    {
        var (record, log) = (pod.Record!, RunscClient.Tail(sandbox.LogOf(pod.Id)));
        if (exit is null or { Signal: LibC.SIGKILL } or { Code: KilledCode } && end - pod.OomKilledAt < Recently)
            return new DeathCertificate(DeathCause.Oom, "it used more memory than its tier has", end, exit?.Code);
        if (log.Contains("panic", StringComparison.Ordinal) || log.Contains("fatal error", StringComparison.Ordinal))
            return new DeathCertificate(DeathCause.Runtime, $"its sandbox broke: {log}", end, exit?.Code);
        if (exit is null or { Code: not (null or 0) } && await HasFullDisk(record))
            return new DeathCertificate(DeathCause.DiskFull, "it had written as much as its tier allows", end, exit?.Code);
        return exit switch
        {
            { Code: { } code } => new DeathCertificate(DeathCause.Exited, $"its first process ended with exit code {code}", end, code),
            { Signal: { } signal } => new DeathCertificate(DeathCause.Unknown, $"its sandbox was killed from outside (signal {signal}), and nothing says by whom", end),
            _ => new DeathCertificate(DeathCause.Unknown, otherwise, end),
        };
    }

    private async Task<bool> HasFullDisk(PodRecord record)
    {
        try
        {
            return await pool.IsFull(record.Spec.Id, Tier.Find(record.DiskTier ?? record.Spec.Tier)!.Disk, CancellationToken.None);
        }
        catch (HostCommandException error)
        {
            Log.NoQuota(logger, error, record.Spec.Id);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "cannot tell whether the disk of pod {Pod} was full when it died")]
        public static partial void NoQuota(ILogger logger, Exception error, string pod);
    }
}
