using System.Globalization;
using System.Text;
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
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId)
            .Take(MostProcesses)
            .Order()
            .ToList();
        var left = MostDescriptors;
        foreach (var pid in processes)
        {
            foreach (var inode in Sockets(pid, Math.Min(left, MostOfOne), ref left))
            {
                if (wanted.Remove(inode))
                    _owners[inode].Name = NameOf(pid);
            }
            if (wanted.Count == 0 || left <= 0)
                return;
        }
    }

    private static List<long> Sockets(int pid, int most, ref int left)
    {
        var found = new List<long>();
        var folder = $"/proc/{pid}/fd";
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries(folder))
            {
                if (most-- <= 0)
                    break;
                left--;
                if (Inode(descriptor) is { } inode)
                    found.Add(inode);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is another user's (only where the guest is not root).
        }
        return found;
    }

    // "socket:[12345]"
    private static unsafe long? Inode(string descriptor)
    {
        Span<byte> buffer = stackalloc byte[64];
        fixed (byte* pointer = buffer)
        {
            var length = (int)LibC.ReadLink(descriptor, pointer, buffer.Length);
            return length > 9 && length < buffer.Length && buffer.StartsWith("socket:["u8) && long.TryParse(buffer[8..(length - 1)], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
                ? inode
                : null;
        }
    }

    // At most 15 bytes of the process's own choice (PR_SET_NAME).
    private static string? NameOf(int pid)
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{pid}/comm");
            var buffer = new byte[64];
            var name = Encoding.UTF8.GetString(buffer, 0, RandomAccess.Read(file, buffer, 0));
            name = string.Concat(name.Where(letter => !char.IsControl(letter))).Trim();
            return name.Length > 0 ? name : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed class Owner
    {
        public string? Name { get; set; }

        /// <summary>How often its name was wanted.</summary>
        public int Asked { get; set; }
    }
}
