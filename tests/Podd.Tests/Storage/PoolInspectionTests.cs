using Pinacle.Podd.Storage;
using Xunit;

namespace Pinacle.Podd.Tests.Storage;

public sealed class PoolInspectionTests
{
    private static readonly string[] Lines =
    [
        "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
        "90 22 0:44 / /var/lib/podd/pool rw,nosuid,nodev,noatime shared:7 master:1 - btrfs /dev/loop0 rw,ssd,discard=async,subvolid=5",
        "91 22 0:45 / /var/lib/podd/pool\\040two rw - btrfs /dev/loop1 rw",
        "92 22 0:46 / /twice rw - ext4 /dev/vdb rw",
        "93 92 0:47 / /twice rw - btrfs /dev/vdc rw",
    ];

    [Fact]
    public void What_is_mounted_at_a_folder_is_read_with_its_device_and_both_kinds_of_options()
    {
        var mount = PoolInspection.Mount(Lines, "/var/lib/podd/pool/")!.Value;

        Assert.Equal(("btrfs", "/dev/loop0"), (mount.Format, mount.Device));
        Assert.Contains("nosuid", mount.Options);
        Assert.Contains("ssd", mount.Options);
    }

    [Fact]
    public void A_mount_over_another_hides_it() => Assert.Equal("btrfs", PoolInspection.Mount(Lines, "/twice")!.Value.Format);

    [Fact]
    public void A_name_with_a_space_is_found() => Assert.Equal("/dev/loop1", PoolInspection.Mount(Lines, "/var/lib/podd/pool two")!.Value.Device);

    [Fact]
    public void A_folder_that_is_merely_inside_of_a_mount_is_none() => Assert.Null(PoolInspection.Mount(Lines, "/var/lib/podd"));
}
