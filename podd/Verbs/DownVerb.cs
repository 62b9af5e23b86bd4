using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Network;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd down</c>.</summary>
internal static class DownVerb
{
    public static Verb Verb { get; } = new("down", "ends what runs of the pods, and takes away bridge, rules and cgroups", Run)
    {
        More = """
            Files stay. podd must not run meanwhile: stop podd.service first. For before the pool is
            unmounted, or the package removed.
            """,
    };

    private static async Task<int> Run(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var (records, _) = parts.GetRequiredService<PodRecords>().Load();
        foreach (var record in records)
            await parts.GetRequiredService<Sandbox>().End(record.Spec.Id, record.Slot);
        await parts.GetRequiredService<PodNetwork>().Remove(cancellationToken);
        Cgroup.At(parts.GetRequiredService<PoddOptions>().CgroupParent).Remove();
        return 0;
    }
}
