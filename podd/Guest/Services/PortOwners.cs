using System.Globalization;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Services;

/// <summary>
/// Which process listens, by the sockets among everybody's descriptors (proc_pid_fd(5)). What the pod can make large is bounded: so many processes,
/// so many descriptors a look, and only now and then a look for a socket that nobody seems to have.
/// </summary>
internal sealed class PortOwners
{
    private const int MostProcesses = 4096;
    private const int MostDescriptors = 32_768;
    private const int MostOfOne = 4096;
    private const int LooksAtOnce = 3;
    private const int ThenEvery = 16;
    private readonly Dictionary<long, Owner> _owners = [];

    /// <summary>Names of the processes that have the sockets, by inode; one that cannot be told is not in it.</summary>
    public IReadOnlyDictionary<long, string> Of(IReadOnlyCollection<long> inodes)
    {
        foreach (var gone in _owners.Keys.Except(inodes).ToList())
            _owners.Remove(gone);
        foreach (var inode in inodes)
            _owners.TryAdd(inode, new Owner());
        var wanted = new HashSet<long>();
        foreach (var (inode, owner) in _owners)
        {
            if (owner.Name is null && IsDue(owner.Asked++))
                wanted.Add(inode);
        }
        if (wanted.Count > 0)
            Look(wanted);
        return _owners.Where(owner => owner.Value.Name is not null).ToDictionary(owner => owner.Key, owner => owner.Value.Name!);
    }

    // A look may have come too early, or to the end of what it may see.
    private static bool IsDue(int asked) => asked < LooksAtOnce || asked % ThenEvery == 0;

    private void Look(HashSet<long> wanted)
    {
        // The first is the oldest: of those that share a socket the one that made it.
        var left = MostDescriptors;
        foreach (var process in PodProcess.All().Where(process => process.Id != Environment.ProcessId).Take(MostProcesses).OrderBy(process => process.Id))
        {
            var descriptors = process.Descriptors(Math.Min(left, MostOfOne));
            left -= descriptors.Count;
            foreach (var inode in descriptors.Select(Inode).OfType<long>())
            {
                if (wanted.Remove(inode))
                    _owners[inode].Name = process.Name;
            }
            if (wanted.Count == 0 || left <= 0)
                return;
        }
    }

    // "socket:[12345]"
    private static long? Inode(string descriptor) =>
        PodProcess.Target(descriptor) is ['s', 'o', 'c', 'k', 'e', 't', ':', '[', .. var number, ']'] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var inode) ? inode : null;

    private sealed class Owner
    {
        public string? Name { get; set; }

        /// <summary>How often its name was wanted.</summary>
        public int Asked { get; set; }
    }
}
