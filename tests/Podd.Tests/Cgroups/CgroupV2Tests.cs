using Pinacle.Podd.Cgroups;
using Xunit;

namespace Pinacle.Podd.Tests.Cgroups;

/// <summary>On a folder tree as an emulated Debian 13 showed it; make vm-test runs the real one.</summary>
public sealed class CgroupV2Tests : IDisposable
{
    private const string Parent = "/system.slice/podd-pods.service/pods";
    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-v2-").FullName;
    private readonly Cgroup _pod;

    public CgroupV2Tests()
    {
        File.WriteAllText(Path.Combine(_root, "cgroup.controllers"), "cpuset cpu io memory pids\n");
        File.WriteAllText(Path.Combine(_root, "cpuset.cpus.effective"), "0-3,8\n");
        _pod = Cgroup.At(Parent + "/one", _root);
    }

    private string Folder => _root + Parent + "/one";

    [Fact]
    public void The_unified_tree_is_version_2_and_knows_the_hosts_cores()
    {
        Assert.IsType<CgroupV2>(_pod);
        Assert.Equal([0, 1, 2, 3, 8], _pod.Cores);
        Assert.False(_pod.Exists);
    }

    [Fact]
    public void Limits_are_written_as_the_kernel_wants_them()
    {
        Make();

        _pod.LimitCpu(0.5);
        Assert.True(_pod.LimitMemory(1L << 30));

        Assert.Equal("50000 100000", Text("cpu.max"));
        Assert.Equal(("1073741824", "0", "max"), (Text("memory.max"), Text("memory.swap.max"), Text("memory.high")));
    }

    [Fact]
    public void Less_memory_than_is_in_use_is_not_put_in_force_since_the_kernel_would_kill_for_it()
    {
        Make();
        File.WriteAllText(Path.Combine(Folder, "memory.current"), "1073741825\n");
        File.WriteAllText(Path.Combine(Folder, "memory.max"), "2147483648\n");

        Assert.False(_pod.LimitMemory(1L << 30));

        Assert.Equal(("2147483648", "max"), (Text("memory.max"), Text("memory.high")));
    }

    [Fact]
    public void A_pod_behind_the_others_is_idle_and_one_among_them_has_the_weight_that_its_bundle_gave_it()
    {
        Make();

        _pod.Weigh(0.5, behind: true);
        Assert.Equal("1", Text("cpu.idle"));
        Assert.False(File.Exists(Path.Combine(Folder, "cpu.weight"))); // the kernel would refuse it

        _pod.Weigh(0.5, behind: false);
        Assert.Equal(("0", "20"), (Text("cpu.idle"), Text("cpu.weight")));
        _pod.Weigh(1, behind: false);
        Assert.Equal("39", Text("cpu.weight"));
    }

    [Fact]
    public void A_pod_is_let_onto_the_cores_of_its_parent_by_name_since_the_kernel_refuses_an_empty_list()
    {
        Make();
        File.WriteAllText(Path.Combine(_root + Parent, "cpuset.cpus.effective"), "0-1\n");
        File.WriteAllText(Path.Combine(Folder, "cpuset.cpus"), "1\n");

        _pod.FreeCores();

        Assert.Equal("0-1", Text("cpuset.cpus"));
    }

    [Fact]
    public void Use_is_read_and_what_is_gone_counts_nothing()
    {
        Assert.Equal((TimeSpan.Zero, 0, 0), (_pod.CpuTime, _pod.Memory, _pod.OomKills));
        Make();
        File.WriteAllText(Path.Combine(Folder, "cpu.stat"), "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n");
        File.WriteAllText(Path.Combine(Folder, "memory.current"), "33554432\n");
        File.WriteAllText(Path.Combine(Folder, "memory.events"), "low 0\nhigh 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 0\n");
        File.WriteAllText(Path.Combine(Folder, "cgroup.procs"), "12\n345\n");

        Assert.Equal((TimeSpan.FromSeconds(2.5), 32L << 20, 3), (_pod.CpuTime, _pod.Memory, _pod.OomKills));
        Assert.Equal([12, 345], _pod.Processes);
        Assert.Equal(["one"], Cgroup.Children(Parent, _root));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Make()
    {
        _pod.PrepareParent();
        Directory.CreateDirectory(Folder);
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(Folder, file)).Trim();
}
