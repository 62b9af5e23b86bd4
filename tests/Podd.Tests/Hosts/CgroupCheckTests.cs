using Pinacle.Podd.Hosts.Checks;
using Xunit;

namespace Pinacle.Podd.Tests.Hosts;

public sealed class CgroupCheckTests : IDisposable
{
    private const string Unit = "/system.slice/podd-pods.service";
    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-check-").FullName;

    [Fact]
    public async Task Version_2_with_its_controllers_in_the_holder_unit_is_fit()
    {
        Group("", "cpuset cpu io memory hugetlb pids rdma misc");
        Group(Unit, "cpuset cpu io memory pids");

        Assert.Equal(Verdict.Ok, (await Look()).Verdict);
    }

    [Fact]
    public async Task A_holder_unit_that_does_not_run_is_named()
    {
        Group("", "cpuset cpu memory pids");
        Group("/system.slice", "cpuset cpu memory pids");

        var finding = await Look();
        Assert.Equal((Verdict.Fail, "systemctl start podd-pods.service"), (finding.Verdict, finding.Advice));
    }

    [Fact]
    public async Task A_controller_that_was_not_delegated_is_named()
    {
        Group("", "cpuset cpu memory pids");
        Group(Unit, "memory pids");

        Assert.Contains("without controller cpu, cpuset", (await Look()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_that_has_processes_of_its_own_cannot_hold_pods()
    {
        Group("", "cpuset cpu memory pids");
        Group(Unit, "cpuset cpu memory pids", "117\n");

        Assert.Contains("has processes of its own", (await Look()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_1_needs_all_of_its_controllers()
    {
        foreach (var controller in (string[])["cpu", "cpuacct", "cpuset", "memory", "pids", "unified"])
            Directory.CreateDirectory(Path.Combine(_root, controller));
        Assert.Contains("without controller freezer", (await Look()).Found, StringComparison.Ordinal);

        Directory.CreateDirectory(Path.Combine(_root, "freezer"));
        File.WriteAllText(Path.Combine(_root, "memory", "memory.memsw.usage_in_bytes"), "0\n");
        Assert.Equal(Verdict.Ok, (await Look()).Verdict);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Group(string path, string controllers, string processes = "")
    {
        var folder = Directory.CreateDirectory(_root + path).FullName;
        File.WriteAllText(Path.Combine(folder, "cgroup.controllers"), controllers + "\n");
        File.WriteAllText(Path.Combine(folder, "cgroup.procs"), processes);
    }

    private async Task<Finding> Look() =>
        Assert.Single(await new CgroupCheck(new PoddOptions { CgroupParent = Unit + "/pods" }, _root).Look(CancellationToken.None));
}
