namespace Pinacle.Podd.Hosts.Checks;

/// <summary>The controllers that limit pods, and the place where pods' groups shall be.</summary>
internal sealed class CgroupCheck(PoddOptions options, string root = "/sys/fs/cgroup") : IHostCheck
{
    private static readonly string[] NeededV2 = ["cpu", "cpuset", "memory", "pids"];
    private static readonly string[] NeededV1 = ["cpu", "cpuacct", "cpuset", "freezer", "memory", "pids"];

    public string Name => "cgroups";

    public Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([File.Exists(Path.Combine(root, "cgroup.controllers")) ? Unified() : Split()]);

    private Finding Unified()
    {
        var (folder, missing) = NearestFolder();
        if (missing?.EndsWith(".service", StringComparison.Ordinal) == true)
            return Finding.Fail($"v2, but {missing}, which holds the pods' groups, does not run", $"systemctl start {missing}");
        var controllers = File.ReadAllText(Path.Combine(folder, "cgroup.controllers")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (NeededV2.Except(controllers).ToArray() is { Length: > 0 } absent)
            return Finding.Fail($"v2, without controller {string.Join(", ", absent)} in {folder}", "boot without cgroup_disable=, and set Delegate=yes on the unit that holds the pods' groups");
        // "No internal processes": a group that has processes of its own can give its children no controllers.
        if (folder != root && File.ReadAllText(Path.Combine(folder, "cgroup.procs")).Trim().Length > 0)
            return Finding.Fail($"v2, but {folder} has processes of its own", "set DelegateSubgroup= on its unit, or another option cgroupParent");
        return Finding.Ok($"v2 with {string.Join(", ", NeededV2)}; pods below {options.CgroupParent}");
    }

    private Finding Split()
    {
        if (NeededV1.Where(controller => !Directory.Exists(Path.Combine(root, controller))).ToArray() is { Length: > 0 } absent)
            return Finding.Fail($"v1, without controller {string.Join(", ", absent)}", "boot with systemd.unified_cgroup_hierarchy=1 for cgroup v2");
        return File.Exists(Path.Combine(root, "memory", "memory.memsw.usage_in_bytes")) || File.ReadLines("/proc/swaps").Count() <= 1
            ? Finding.Ok($"v1 (hybrid); pods below {options.CgroupParent}")
            : Finding.Warn("v1 (hybrid), and pods' use of swap cannot be limited", "boot with swapaccount=1, or better with systemd.unified_cgroup_hierarchy=1 for cgroup v2");
    }

    // As far as the parent's path is there, and the first part that is not.
    private (string Folder, string? Missing) NearestFolder()
    {
        var folder = root;
        foreach (var part in options.CgroupParent.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Directory.Exists(Path.Combine(folder, part)))
                return (folder, part);
            folder = Path.Combine(folder, part);
        }
        return (folder, null);
    }
}
