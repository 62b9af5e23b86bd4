using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Images;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd image …</c>.</summary>
internal static class ImageVerbs
{
    private const string Definitions = "/usr/share/podd/images";
    private static readonly TimeSpan BuildLimit = TimeSpan.FromHours(1);

    public static Verb Build { get; } = new("image build", "builds an image from Debian packages and imports it", RunBuild)
    {
        Operands = ["NAME"],
        Options = [new VerbOption("definitions", "DIR", $"where the definitions and their build script are (default {Definitions})")],
        More = $"""
            NAME is a folder of {Definitions}; "default" comes with the package.
            Takes some minutes, and needs mmdebstrap and this host's Debian archive.
            """,
    };

    public static Verb Import { get; } = new("image import", "makes an image available to new pods", RunImport)
    {
        Operands = ["NAME", "[SOURCE]"],
        Options =
        [
            new VerbOption("rootfs", "FILE", "a root file system (.tar.zst) instead of SOURCE"),
            new VerbOption("hash", "HEX", "with --rootfs: what the image was made from, 64 hex digits"),
        ],
        More = """
            SOURCE is oci-archive:FILE[:TAG], oci:DIR[:TAG], docker-archive:FILE or docker://HOST/REPOSITORY:TAG.
            Layers, whiteouts, owners, environment and user of the image are taken over; entrypoint and command
            are not, because a pod's services say what runs. An image of the same name and hash is left alone.
            """,
    };

    public static Verb List { get; } = new("image list", "lists the images of this host", RunList);

    public static Verb Remove { get; } = new("image remove", "removes an image", RunRemove)
    {
        Operands = ["NAME[@HASH]"],
        More = """
            The beginning of the hash is enough; without one there must be a single image of that name.
            An image that a pod of this host was made from stays.
            """,
    };

    private static async Task<int> RunBuild(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var (name, script) = (invocation.Operands[0], Path.Combine(invocation.Maybe("definitions") ?? Definitions, "build"));
        if (!File.Exists(script))
            throw new UsageException($"there are no image definitions in {Path.GetDirectoryName(script)}");
        Console.WriteLine($"Building {name} …");
        // The last line has the file and its hash.
        var built = (await parts.GetRequiredService<HostCommand>().Run(script, [name], BuildLimit, cancellationToken: cancellationToken)).Stdout.Trim().Split('\n')[^1].Split(' ');
        await parts.GetRequiredService<ImageStore>().Import(name, built[1], built[0], cancellationToken);
        Console.WriteLine($"{name}@{built[1]}");
        return 0;
    }

    private static async Task<int> RunImport(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var (name, source, archive) = (invocation.Operands[0], invocation.Operands.ElementAtOrDefault(1), invocation.Maybe("rootfs"));
        if ((source is null) == (archive is null))
            throw new UsageException("podd image import needs either SOURCE or --rootfs FILE --hash HEX");
        var image = new ImageRef(name, invocation.Maybe("hash"));
        if (source is not null)
            image = await parts.GetRequiredService<OciImage>().Import(name, source, cancellationToken);
        else
            await parts.GetRequiredService<ImageStore>().Import(name, invocation["hash"], Path.GetFullPath(archive!), cancellationToken);
        Console.WriteLine($"{image.Name}@{image.Hash}");
        return 0;
    }

    private static async Task<int> RunList(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        Table.Print(["NAME", "HASH", "SIZE", "SINCE"], parts.GetRequiredService<ImageStore>().List().Select(image => (IReadOnlyList<string>)[image.Name, image.Hash, Size.Of(image.Bytes), $"{image.CreatedAt:u}"]));
        return 0;
    }

    private static async Task<int> RunRemove(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var store = parts.GetRequiredService<ImageStore>();
        var image = Named(store.List(), invocation.Operands[0]);
        var users = parts.GetRequiredService<PodRecords>().Load().Records.Where(record => MadeFrom(record.Spec.Image, image, store.List())).Select(record => $"{record.Spec.Owner}/{record.Spec.Name}").ToArray();
        if (users.Length > 0)
            throw new InvalidOperationException($"cannot remove image {image.Name}@{image.Hash[..12]}: pods were made from it ({string.Join(", ", users)})");
        await store.Remove(new ImageRef(image.Name, image.Hash), cancellationToken);
        Console.WriteLine($"{image.Name}@{image.Hash} is gone");
        return 0;
    }

    /// <summary>The one image that <c>NAME[@HASH]</c> means.</summary>
    internal static ImageReport Named(IReadOnlyList<ImageReport> images, string typed)
    {
        var words = typed.Split('@', 2);
        var found = images.Where(image => image.Name == words[0] && image.Hash.StartsWith(words.ElementAtOrDefault(1) ?? "", StringComparison.Ordinal)).ToArray();
        return found switch
        {
            [var only] => only,
            [] => throw new UsageException($"there is no image {typed}; podd image list shows what there is"),
            _ => throw new UsageException($"there are {found.Length} images {typed}, name one by its hash: {string.Join(", ", found.Select(image => $"{image.Name}@{image.Hash[..12]}"))}"),
        };
    }

    // A pod that asked for no hash was made from what was newest then; that can be told of the newest alone.
    private static bool MadeFrom(ImageRef asked, ImageReport image, IReadOnlyList<ImageReport> all) =>
        asked.Name == image.Name && (asked.Hash ?? all.First(newest => newest.Name == image.Name).Hash) == image.Hash;
}
