using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Linux;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Images;

/// <summary>The images of this host: read-only subvolumes named <c>{name}@{hash}</c>, each with an <see cref="ImageRecord"/> beside it.</summary>
public sealed partial class ImageStore(Pool pool, HostCommand command, TimeProvider time)
{
    private static readonly TimeSpan UnpackLimit = TimeSpan.FromMinutes(10);

    /// <summary>What is there, newest first.</summary>
    public IReadOnlyList<ImageReport> List() =>
        [.. (Directory.Exists(pool.Images) ? Directory.EnumerateDirectories(pool.Images) : [])
            .Select(folder => (Folder: folder, Parts: Path.GetFileName(folder).Split('@')))
            .Where(image => image.Parts.Length == 2)
            .Select(image => (image.Parts, Record: Record(image.Folder)))
            .Select(image => new ImageReport(image.Parts[0], image.Parts[1], image.Record?.Bytes ?? 0, image.Record?.ImportedAt ?? DateTimeOffset.UnixEpoch))
            .OrderByDescending(image => image.CreatedAt)];

    /// <summary>The folder of an image; the newest of its name where no hash is asked for.</summary>
    public string Find(ImageRef image)
    {
        var found = List().FirstOrDefault(candidate => candidate.Name == image.Name && (image.Hash is null || candidate.Hash == image.Hash));
        return found is not null
            ? Folder(new ImageRef(found.Name, found.Hash))
            : throw new FaultException(FaultKind.NotFound, $"cannot find image {image.Name} on this host", image.Hash);
    }

    /// <summary>The environment that the image in <paramref name="folder"/> gives its pods.</summary>
    public IReadOnlyDictionary<string, string>? EnvironmentOf(string folder) => Record(folder)?.Environment;

    /// <summary>Unpacks a root file system (<c>.tar.zst</c>) under a name and hash; does nothing where it is there already.</summary>
    public async Task Import(string name, string hash, string archive, CancellationToken cancellationToken)
    {
        using var turn = await Turn(cancellationToken);
        await Make(
            new ImageRef(name, hash),
            archive,
            new Dictionary<string, string>(StringComparer.Ordinal),
            folder => command.Run("tar", ["--zstd", "--numeric-owner", "--xattrs", "-xpf", archive, "-C", folder], UnpackLimit, cancellationToken: cancellationToken),
            cancellationToken);
    }

    /// <summary>Removes an image; not there is not an error. Pods made from it keep their files: those are their own by now.</summary>
    public async Task Remove(ImageRef image, CancellationToken cancellationToken)
    {
        using var turn = await Turn(cancellationToken);
        File.Delete(Folder(image) + ".json");
        if (Directory.Exists(Folder(image)))
            await command.Run("btrfs", ["subvolume", "delete", Folder(image)], cancellationToken: cancellationToken);
    }

    /// <summary>One change at a time, also among processes; clears what a change that was cut short has left.</summary>
    internal async Task<FileLock> Turn(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(pool.Images))
            pool.Prepare();
        var turn = await FileLock.Take(Path.Combine(pool.Images, ".lock"), cancellationToken);
        foreach (var folder in Directory.EnumerateDirectories(pool.Images, ".*"))
        {
            if (Path.GetFileName(folder) == ".new")
                await command.Run("btrfs", ["subvolume", "delete", folder], cancellationToken: cancellationToken);
            else
                Directory.Delete(folder, recursive: true);
        }
        return turn;
    }

    /// <summary>Makes an image of what <paramref name="fill"/> puts into a folder; does nothing where it is there already.</summary>
    internal async Task Make(ImageRef image, string source, IReadOnlyDictionary<string, string> environment, Func<string, Task> fill, CancellationToken cancellationToken)
    {
        if (!ImageName().IsMatch(image.Name) || !ImageHash().IsMatch(image.Hash ?? ""))
            throw new FaultException(FaultKind.Invalid, $"cannot import image {image.Name}@{image.Hash}: a name matches [a-z][a-z0-9.-]{{0,62}}, a hash is 64 hex digits");
        if (Directory.Exists(Folder(image)))
            return;
        var made = Path.Combine(pool.Images, ".new");
        await command.Run("btrfs", ["subvolume", "create", made], cancellationToken: cancellationToken);
        await fill(made);
        var size = (await command.Run("du", ["--summarize", "--bytes", "--one-file-system", made], UnpackLimit, cancellationToken: cancellationToken)).Stdout.Split('\t')[0];
        await command.Run("btrfs", ["property", "set", made, "ro", "true"], cancellationToken: cancellationToken);
        // The record first: an image that is there has one.
        var record = new ImageRecord(source, long.Parse(size, CultureInfo.InvariantCulture), time.GetUtcNow(), environment);
        DurableFile.Write(Folder(image) + ".json", JsonSerializer.SerializeToUtf8Bytes(record, ImageRecordJson.Default.ImageRecord));
        Directory.Move(made, Folder(image));
    }

    private string Folder(ImageRef image) => Path.Combine(pool.Images, $"{image.Name}@{image.Hash}");

    private static ImageRecord? Record(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(folder + ".json"), ImageRecordJson.Default.ImageRecord);
        }
        catch (FileNotFoundException)
        {
            return null; // Imported by a podd that kept none.
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9.-]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex ImageName();

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex ImageHash();
}
