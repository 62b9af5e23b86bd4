using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Pinacle.Contracts;

namespace Pinacle.Podd.Pods;

/// <summary>The pods of this host.</summary>
public sealed class Fleet(PoddOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Pod> _pods = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _reclaimed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when everything that podd found at its start is adopted or removed; acts wait for it.</summary>
    public Task Reclaimed => _reclaimed.Task;

    /// <summary>All of them.</summary>
    public IEnumerable<Pod> Pods => _pods.Values;

    /// <summary>The pod of that id.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public Pod Find(string id) => TryFind(id, out var pod) ? pod : throw new FaultException(FaultKind.NotFound, $"cannot find pod {id} on this host");

    /// <summary>The pod of that id, if this host has it.</summary>
    public bool TryFind(string id, [NotNullWhen(true)] out Pod? pod) => _pods.TryGetValue(id, out pod);

    /// <summary>The pod of that id, known from now on.</summary>
    public Pod Add(string id) => _pods.GetOrAdd(id, _ => new Pod(id, time, TimeSpan.FromSeconds(options.FreezeAfterSeconds), options.IdleCores));

    /// <summary>Forgets a pod.</summary>
    public void Remove(Pod pod) => _pods.TryRemove(new KeyValuePair<string, Pod>(pod.Id, pod));

    /// <summary>Lets acts begin.</summary>
    public void SetReclaimed() => _reclaimed.TrySetResult();
}
