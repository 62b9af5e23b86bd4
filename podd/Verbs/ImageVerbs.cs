using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Images;

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
        var image = await parts.GetRequiredService<ImageRemoval>().Remove(invocation.Operands[0], cancellationToken);
        Console.WriteLine($"{image.Name}@{image.Hash} is gone");
        return 0;
    }
}
