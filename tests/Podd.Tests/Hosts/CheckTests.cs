using System.Net;
using System.Runtime.InteropServices;
using Pinacle.Contracts;
using Pinacle.Podd.Hosts.Checks;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Storage;
using Xunit;

namespace Pinacle.Podd.Tests.Hosts;

public sealed class CheckTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly PoolFacts GoodPool = new() { Folder = "/pool", Format = "btrfs", Options = ["rw", "nosuid", "nodev"], Quota = "squota", InUse = true, Size = 100L << 30, Free = 60L << 30 };

    [Theory]
    [InlineData("6.18.44-fc-v782", Verdict.Ok)]
    [InlineData("6.7.0", Verdict.Ok)]
    [InlineData("6.12.48+deb13-cloud-amd64", Verdict.Ok)]
    [InlineData("10.0.1", Verdict.Ok)]
    [InlineData("6.6.99", Verdict.Fail)]
    [InlineData("6.1.0-39-amd64", Verdict.Fail)]
    [InlineData("mystery", Verdict.Fail)]
    public void A_kernel_is_fit_from_6_7_on(string release, Verdict verdict) =>
        Assert.Equal(verdict, KernelCheck.Judge(release, Architecture.X64).Verdict);

    [Fact]
    public void Another_processor_is_refused() => Assert.Contains("arm64", KernelCheck.Judge("6.12.0", Architecture.Arm64).Found, StringComparison.Ordinal);

    [Fact]
    public void Programs_that_are_missing_are_named_with_their_packages()
    {
        Assert.All(ProgramsCheck.Judge(_ => true), finding => Assert.Equal(Verdict.Ok, finding.Verdict));

        var needed = ProgramsCheck.Judge(program => program is not ("bridge" or "ip" or "nft"));
        Assert.Equal((Verdict.Fail, "apt-get install iproute2 nftables"), (needed[0].Verdict, needed[0].Advice));

        var images = ProgramsCheck.Judge(program => program != "umoci");
        Assert.Equal([Verdict.Ok, Verdict.Warn], images.Select(finding => finding.Verdict));
    }

    [Fact]
    public void Runsc_is_judged_by_its_self_test()
    {
        Assert.Equal(Verdict.Ok, RuntimeCheck.Judge(new RuntimeReport(RuntimeState.Fit, "runsc version 1", "ab"), "/r").Verdict);
        var unfit = RuntimeCheck.Judge(new RuntimeReport(RuntimeState.Unfit, "runsc version 1", "ab", "a sandbox broke"), "/r");
        Assert.Equal(Verdict.Fail, unfit.Verdict);
        Assert.Contains("a sandbox broke", unfit.Found, StringComparison.Ordinal);
        Assert.Equal("/usr/share/podd/install-runsc", RuntimeCheck.Judge(new RuntimeReport(RuntimeState.Unfit, null, null, "there is no runsc at /r"), "/r").Advice);
    }

    [Fact]
    public void A_clock_before_podd_was_made_is_wrong_and_one_that_nothing_keeps_right_is_told()
    {
        Assert.Equal(Verdict.Ok, ClockCheck.Judge(Noon, Noon.AddDays(-1), synchronised: true).Verdict);
        Assert.Equal(Verdict.Warn, ClockCheck.Judge(Noon, Noon.AddDays(-1), synchronised: false).Verdict);
        Assert.Equal(Verdict.Fail, ClockCheck.Judge(Noon, Noon.AddDays(1), synchronised: true).Verdict);
    }

    [Fact]
    public void Resolvers_that_are_absent_or_silent_are_told()
    {
        IPEndPoint[] known = [IPEndPoint.Parse("192.0.2.1:53")];
        Assert.Equal((Verdict.Ok, "192.0.2.1:53 answers"), (DnsCheck.Judge(known, answers: true).Verdict, DnsCheck.Judge(known, answers: true).Found));
        Assert.Equal(Verdict.Warn, DnsCheck.Judge(known, answers: false).Verdict);
        Assert.Contains("no resolver", DnsCheck.Judge([], answers: false).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:7400", "127.0.0.1", 7400, true)]
    [InlineData("127.0.0.1:7400", "0.0.0.0", 7400, true)]
    [InlineData("127.0.0.1:7400", "::", 7400, true)]
    [InlineData("127.0.0.1:7400", "::ffff:127.0.0.1", 7400, true)]
    [InlineData("198.18.0.53:53", "127.0.0.53", 53, false)]
    [InlineData("0.0.0.0:7400", "0.0.0.0", 7401, false)]
    public void A_port_is_taken_by_who_listens_at_its_address_or_at_all(string wanted, string address, int port, bool taken)
    {
        Listener[] listeners = [new(IPAddress.Parse(address), port, 42)];

        var finding = PortCheck.Judge("port", IPEndPoint.Parse(wanted), listeners, inode => inode == 42 ? (7, "nginx") : null, "move");

        Assert.Equal(taken ? Verdict.Fail : Verdict.Ok, finding.Verdict);
        Assert.Equal(taken, finding.Found.Contains("nginx (process 7)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_port_that_podd_holds_is_as_it_should_be()
    {
        Listener[] listeners = [new(IPAddress.Any, 7400, 42)];
        Assert.Equal(Verdict.Ok, PortCheck.Judge("port", IPEndPoint.Parse("0.0.0.0:7400"), listeners, _ => (7, "podd"), "move").Verdict);
        Assert.Equal(Verdict.Fail, PortCheck.Judge("port", IPEndPoint.Parse("0.0.0.0:7400"), listeners, _ => null, "move").Verdict);
    }

    [Fact]
    public void A_good_pool_has_nothing_to_advise() => Assert.All(PoolCheck.Judge(GoodPool), finding => Assert.Equal((Verdict.Ok, null), (finding.Verdict, finding.Advice)));

    public static TheoryData<PoolFacts, Verdict, string> Pools() => new()
    {
        { new PoolFacts { Folder = "/pool" }, Verdict.Fail, "nothing is mounted" },
        { new PoolFacts { Folder = "/pool", Format = "ext4" }, Verdict.Fail, "ext4, not btrfs" },
        { GoodPool with { Free = 19L << 30 }, Verdict.Warn, "19 GiB of 100 GiB free" },
        { GoodPool with { Free = 900L << 20 }, Verdict.Fail, "new pods are refused" },
        { GoodPool with { Quota = "qgroup" }, Verdict.Fail, "the old kind of quota" },
        { GoodPool with { Quota = "disabled" }, Verdict.Fail, "there are no quotas" },
        { GoodPool with { Quota = "disabled", InUse = false }, Verdict.Ok, "podd will switch" },
        { GoodPool with { Options = ["rw", "nodev"] }, Verdict.Fail, "without nosuid:" },
        { GoodPool with { File = "/f", FileGrowth = 50L << 30, BelowFree = 20L << 30 }, Verdict.Warn, "may still take 50 GiB, but its disk has 20 GiB free" },
        { GoodPool with { File = "/f", FileGrowth = 50L << 30, BelowFree = 60L << 30 }, Verdict.Ok, "is sparse, and its disk has room" },
        { GoodPool with { File = "/f" }, Verdict.Ok, "has all of its space" },
        { GoodPool with { File = "/f", Device = "/dev/loop0", IsCopied = true }, Verdict.Warn, "/dev/loop0 copies" },
        { GoodPool with { File = "/f", Device = "/dev/loop0", IsCopied = true, InUse = false }, Verdict.Ok, "podd will have /dev/loop0 write past" },
    };

    [Theory]
    [MemberData(nameof(Pools))]
    public void A_pool_is_judged_by_type_space_quota_mount_and_what_is_below_it(PoolFacts facts, Verdict verdict, string words)
    {
        var finding = Assert.Single(PoolCheck.Judge(facts), finding => finding.Found.Contains(words, StringComparison.Ordinal));
        Assert.Equal(verdict, finding.Verdict);
        Assert.Equal(verdict == Verdict.Ok, finding.Advice is null);
    }
}
