using System.Text.RegularExpressions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Images;

/// <summary>The images of this host: read-only subvolumes named <c>{name}@{hash}</c>.</summary>
public sealed partial class ImageStore(Pool pool, HostCommand command)
{
    private static readonly TimeSpan UnpackLimit = TimeSpan.FromMinutes(10);

    /// <summary>What is there, newest first.</summary>
    public IReadOnlyList<ImageReport> List() =>
        [.. Directory.EnumerateDirectories(pool.Images)
            .Select(folder => (Folder: folder, Parts: Path.GetFileName(folder).Split('@')))
            .Where(image => image.Parts.Length == 2)
            .Select(image => new ImageReport(image.Parts[0], image.Parts[1], 0, new DateTimeOffset(Directory.GetCreationTimeUtc(image.Folder), TimeSpan.Zero)))
            .OrderByDescending(image => image.CreatedAt)];

    /// <summary>The folder of an image; the newest of its name where no hash is asked for.</summary>
    public string Find(ImageRef image)
    {
        var found = List().FirstOrDefault(candidate => candidate.Name == image.Name && (image.Hash is null || candidate.Hash == image.Hash));
        return found is not null
            ? Path.Combine(pool.Images, $"{found.Name}@{found.Hash}")
            : throw new FaultException(FaultKind.NotFound, $"cannot find image {image.Name} on this host", image.Hash);
    }

    /// <summary>Unpacks a root file system (<c>.tar.zst</c>) under a name and hash; does nothing where it is there already.</summary>
    public async Task Import(string name, string hash, string archive, CancellationToken cancellationToken)
    {
        if (!ImageName().IsMatch(name) || !ImageHash().IsMatch(hash))
            throw new FaultException(FaultKind.Invalid, $"cannot import image {name}@{hash}: a name matches [a-z][a-z0-9.-]{{0,62}}, a hash is 64 hex digits");
        var folder = Path.Combine(pool.Images, $"{name}@{hash}");
        if (Directory.Exists(folder))
            return;
        var temporary = Path.Combine(pool.Images, $".{hash}");
        if (Directory.Exists(temporary))
            await command.Run("btrfs", ["subvolume", "delete", temporary], cancellationToken: cancellationToken);
        await command.Run("btrfs", ["subvolume", "create", temporary], cancellationToken: cancellationToken);
        await command.Run("tar", ["--zstd", "--numeric-owner", "--xattrs", "-xpf", archive, "-C", temporary], UnpackLimit, cancellationToken: cancellationToken);
        await command.Run("btrfs", ["property", "set", temporary, "ro", "true"], cancellationToken: cancellationToken);
        Directory.Move(temporary, folder);
    }

    [GeneratedRegex("^[a-z][a-z0-9.-]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex ImageName();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex ImageHash();
}
