using Pinacle.Podd.Storage;
using Xunit;

namespace Pinacle.Podd.Tests.Storage;

public sealed class PoolGuardTests
{
    private const long Gib = 1L << 30;
    private static readonly PoolFacts Good = new() { Folder = "/pool", Format = "btrfs", Options = ["rw", "nosuid"], Size = 100 * Gib, Free = 60 * Gib };

    public static TheoryData<PoolFacts, string, bool> Troubles => new()
    {
        { Good with { Free = 20 * Gib }, "is 80 % full, 20 GiB of 100 GiB are left: delete pods or images, or grow the pool", false },
        { Good with { Free = 10 * Gib }, "is 90 % full, 10 GiB of 100 GiB are left: new pods will soon be refused", false },
        { Good with { Free = Gib - 1 }, "is 99 % full, 1024 MiB of 100 GiB are left: new pods are refused", true },
        { Good with { Size = 0, Free = 0 }, "is 100 % full", true },
        { Good with { Options = ["ro", "nosuid"] }, "is read-only", true },
        { Good with { Format = null }, "is not mounted", true },
        { Good with { File = "/p.img", FileGrowth = 10 * Gib, BelowFree = (10 * Gib) - 1 }, "may still take 10 GiB, but its disk has 10 GiB left: new pods are refused", true },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public void What_is_wrong_is_said_with_what_comes_of_it_and_what_to_do(PoolFacts pool, string said, bool refuses)
    {
        var alert = Assert.Single(PoolGuard.Judge(pool, mayOutgrow: false));
        Assert.Contains(said, alert.Sentence, StringComparison.Ordinal);
        Assert.Equal(refuses, alert.Refuses);
    }

    [Fact]
    public void A_pool_with_room_is_left_in_peace()
    {
        Assert.Empty(PoolGuard.Judge(Good, mayOutgrow: false));
        Assert.Empty(PoolGuard.Judge(Good with { Free = (20 * Gib) + 1 }, mayOutgrow: false));
        Assert.Empty(PoolGuard.Judge(Good with { File = "/p.img", FileGrowth = 10 * Gib, BelowFree = 10 * Gib }, mayOutgrow: false));
    }

    [Fact]
    public void A_file_that_may_outgrow_its_disk_is_refused_only_when_that_is_nearly_full()
    {
        var sparse = Good with { File = "/p.img", FileGrowth = 30 * Gib, BelowFree = 2 * Gib };
        Assert.Empty(PoolGuard.Judge(sparse, mayOutgrow: true));
        Assert.True(Assert.Single(PoolGuard.Judge(sparse with { BelowFree = Gib - 1 }, mayOutgrow: true)).Refuses);
    }

    [Fact]
    public void Two_troubles_are_two_alerts() =>
        Assert.Equal(["90 %", "outgrows"], PoolGuard.Judge(Good with { Free = 5 * Gib, File = "/p.img", FileGrowth = 9 * Gib, BelowFree = Gib }, mayOutgrow: false).Select(alert => alert.Kind));
}
