using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Storage;

/// <summary>
/// What is kept of asleep pods besides their disks: <c>checkpoints/{id}</c> has the memory as runsc writes it, <c>pairs/{id}</c> is a read-only snapshot of the disk at that moment.
/// Memory and disk are one pair: a wake that is cut before anybody saw the pod goes back to both.
/// </summary>
public sealed class Checkpoints(PoddOptions options, Pool pool, HostCommand command)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Memories => Path.Combine(options.Pool, "checkpoints");

    private string Pairs => Path.Combine(options.Pool, "pairs");

    /// <summary>Folder of a pod's memory.</summary>
    public string Memory(string id) => Path.Combine(Memories, id);

    private string Pair(string id) => Path.Combine(Pairs, id);

    /// <summary>Makes an empty folder for a pod's memory, in place of what was there.</summary>
    public async Task<string> Begin(string id, CancellationToken cancellationToken)
    {
        await Delete(id, cancellationToken);
        Directory.CreateDirectory(Memories, Private);
        Directory.CreateDirectory(Pairs, Private);
        return Directory.CreateDirectory(Memory(id), Private).FullName;
    }

    /// <summary>Keeps the disk as it is now.</summary>
    /// <returns>Bytes of the memory that it belongs to.</returns>
    public async Task<long> Complete(string id, CancellationToken cancellationToken)
    {
        await command.Run("btrfs", ["subvolume", "snapshot", "-r", pool.Disk(id), Pair(id)], cancellationToken: cancellationToken);
        return new DirectoryInfo(Memory(id)).EnumerateFiles().Sum(file => file.Length);
    }

    /// <summary>Makes the disk what it was when the memory was written. Cut anywhere, it can be done again.</summary>
    /// <param name="id">The pod.</param>
    /// <param name="limit">Bytes that the pod may write.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RollBack(string id, long limit, CancellationToken cancellationToken)
    {
        var back = Pair(id) + ".back";
        if (Directory.Exists(back))
            await command.Run("btrfs", ["subvolume", "delete", back], cancellationToken: cancellationToken);
        await command.Run("btrfs", ["subvolume", "snapshot", Pair(id), back], cancellationToken: cancellationToken);
        await pool.Delete(id, cancellationToken);
        Directory.Move(back, pool.Disk(id));
        await pool.Limit(id, limit, cancellationToken);
    }

    /// <summary>Removes both; not there is not an error.</summary>
    public async Task Delete(string id, CancellationToken cancellationToken)
    {
        foreach (var disk in (string[])[Pair(id), Pair(id) + ".back"])
        {
            if (Directory.Exists(disk))
                await command.Run("btrfs", ["subvolume", "delete", disk], cancellationToken: cancellationToken);
        }
        if (Directory.Exists(Memory(id)))
            Directory.Delete(Memory(id), recursive: true);
    }

    /// <summary>Ids of pods of which there is something.</summary>
    public IReadOnlyList<string> Ids() =>
        [.. ((string[])[Memories, Pairs]).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(folder => Path.GetFileName(folder).Replace(".back", "", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
}
