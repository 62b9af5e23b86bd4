using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>The disk of the pods: what it is, what holds its limits, and whether it can fill up behind its own back.</summary>
internal sealed class PoolCheck(PoolInspection inspection) : IHostCheck
{
    private const double Crowded = 0.8;
    private static readonly string[] Safe = ["nosuid", "nodev"];

    public string Name => "pool";

    public Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Finding>>([.. Judge(inspection.Look())]);

    internal static IEnumerable<Finding> Judge(PoolFacts pool)
    {
        if (pool.Format is not "btrfs")
        {
            yield return Finding.Fail(
                pool.Format is null ? $"nothing is mounted at {pool.Folder}" : $"{pool.Folder} is {pool.Format}, not btrfs",
                $"mount a btrfs there, or podd pool ensure --file /var/lib/podd/pool.img --size 200G --mount {pool.Folder} --preallocate");
            yield break;
        }
        yield return Space(pool);
        yield return (pool.Quota, pool.InUse) switch
        {
            ("squota", _) => Finding.Ok("simple quotas are on"),
            ("qgroup", _) => Finding.Fail("the old kind of quota is on: with many pods it takes seconds an act", $"btrfs quota disable {pool.Folder}, then btrfs quota enable --simple {pool.Folder}"),
            (_, false) => Finding.Ok("podd will switch simple quotas on when it starts"),
            _ => Finding.Fail("there are no quotas: a pod could fill the whole pool", $"btrfs quota enable --simple {pool.Folder} (what pods have written before is not counted)"),
        };
        if (Safe.Except(pool.Options).ToArray() is { Length: > 0 } missing)
            yield return Finding.Fail($"the pool is mounted without {string.Join(", ", missing)}: what pods leave there could become more on the host", $"mount -o remount,{string.Join(',', Safe)} {pool.Folder}, and put it right in /etc/fstab");
        if (pool.File is not null)
            yield return Below(pool);
        if (pool.IsCopied)
        {
            yield return pool.InUse
                ? Finding.Warn($"{pool.Device} copies what pods write into the host's page cache: those that write much slow others down", $"losetup --direct-io=on {pool.Device} (podd does it when it starts; where that fails, give the pool a disk of its own)")
                : Finding.Ok($"podd will have {pool.Device} write past the page cache when it starts");
        }
    }

    private static Finding Space(PoolFacts pool)
    {
        var found = $"btrfs at {pool.Folder}, {Size.Of(pool.Free)} of {Size.Of(pool.Size)} free";
        return pool.Free < PoolGuard.Reserve ? Finding.Fail($"{found}: new pods are refused", "delete pods or images, or grow the pool")
            : pool.Free < pool.Size * (1 - Crowded) ? Finding.Warn(found, "delete pods or images, or grow the pool")
            : Finding.Ok(found);
    }

    private static Finding Below(PoolFacts pool) => pool switch
    {
        { FileGrowth: 0 } => Finding.Ok($"{pool.File} has all of its space"),
        { Outgrows: false } => Finding.Ok($"{pool.File} is sparse, and its disk has room for the {Size.Of(pool.FileGrowth)} that it may still take"),
        _ => Finding.Warn(
            $"{pool.File} is sparse and may still take {Size.Of(pool.FileGrowth)}, but its disk has {Size.Of(pool.BelowFree)} free: new pods are refused, since the pool turns read-only and loses unsynced data when that is full",
            "free space there, or use a smaller pool with --preallocate"),
    };
}
