namespace Pinacle.Podd.Runsc;

/// <summary>
/// Mends a memory in which a closed socket would come back to life in some process's epoll. gVisor's lists of what is not ready leave a link from one entry to another that stood beside
/// it; an entry whose socket was closed since is written into the memory by that link alone, and whatever entry is read back is marked as ready. A server of Node or Python then spins for
/// ever on a descriptor that it closed long ago (measured: after one sleep of nine, of a pod with three hundred connections). Newer versions of gVisor pass over an entry whose mask is 0:
/// that is what such a one gets here, which makes this version pass over it as well.
/// </summary>
internal static class LostInterests
{
    private const string Interest = "pkg/sentry/vfs.epollInterest";
    private const string Instance = "pkg/sentry/vfs.EpollInstance";
    private static readonly HashSet<string> Types = [Interest, Instance];

    /// <summary>Does it.</summary>
    /// <param name="path">The memory's <c>checkpoint.img</c>.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="InvalidDataException">It is not as this version of runsc writes it; it was not changed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int Remove(string path)
    {
        using var file = new StateFile(path);
        var walk = new StateWalk(file);
        var (masks, maps) = (new Dictionary<ulong, List<long>>(), new HashSet<ulong>()); // where the bytes of each entry's mask are
        walk.Run(
            Types,
            (type, id, field, kind) =>
            {
                switch (type, field, kind)
                {
                    case (Interest, "mask", StateWalk.Uint):
                        masks[id] = [];
                        file.ReadNumber(masks[id]);
                        break;
                    case (Interest, "mask", StateWalk.Nil):
                        masks[id] = []; // it is 0
                        break;
                    case (Instance, "interest", StateWalk.Ref):
                        maps.Add(walk.ReadRef());
                        break;
                    default:
                        walk.Skip(kind);
                        break;
                }
            },
            _ => walk.Skip(StateWalk.Map));
        var registered = new HashSet<ulong>();
        walk.Run(
            new HashSet<string>(),
            (_, _, _, kind) => walk.Skip(kind),
            id =>
            {
                if (maps.Contains(id))
                    registered.UnionWith(walk.ReadMapOfRefs());
                else
                    walk.Skip(StateWalk.Map);
            });
        if (registered.Count == 0 || !registered.IsSubsetOf(masks.Keys))
            throw new InvalidDataException("its epoll instances are not those that are expected");
        var lost = masks.Where(mask => mask.Value.Count > 0 && !registered.Contains(mask.Key)).ToList();
        foreach (var (_, places) in lost)
            file.Zero(places);
        return lost.Count;
    }
}
