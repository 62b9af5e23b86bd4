using Pinacle.Podd.Cgroups;
using Pinacle.Podd.Network;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd down</c>.</summary>
internal static class DownVerb
{
    public static Verb Verb { get; } = new("down", "puts the pods to sleep, and takes away bridge, rules and cgroups", Run)
    {
        More = """
            Pods that run sleep, so that the next podd has them again with their processes; what cannot
            sleep within half a minute is stopped, and starts from its files. Files stay. podd must not run
            meanwhile: stop podd.service first. For before the pool is unmounted, or the package removed.
            """,
    };

    private static async Task<int> Run(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var (records, unreadable) = parts.GetRequiredService<PodRecords>().Load();
        await parts.GetRequiredService<HostRest>().Run(records, cancellationToken);
        // All of the network goes at once below, whichever of its parts are there.
        foreach (var id in records.Select(record => record.Spec.Id).Concat(unreadable.Select(record => record.Id)))
            await parts.GetRequiredService<Sandbox>().End(id, null);
        await parts.GetRequiredService<PodNetwork>().Remove(cancellationToken);
        Cgroup.At(parts.GetRequiredService<PoddOptions>().CgroupParent).Remove();
        return 0;
    }
}
