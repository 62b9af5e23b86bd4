using System.Globalization;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Storage;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd pool …</c>: a pool in a file. They work before there is a configuration.</summary>
internal static class PoolVerbs
{
    private static readonly VerbOption Mount = new("mount", "DIR", "where it is mounted (option pool)", Required: true);

    public static Verb Ensure { get; } = new("pool ensure", "makes a pool in a file, and mounts it", RunEnsure)
    {
        Options =
        [
            new VerbOption("file", "F", "the file", Required: true),
            new VerbOption("size", "SIZE", "its size when it is made: a number with K, M, G or T", Required: true),
            Mount,
            new VerbOption("preallocate", null, "take the space from the disk at once, and keep it"),
        ],
        More = """
            A file that is there is mounted as it is; what is mounted already is left alone. Without
            --preallocate the file is sparse: it grows as pods write, and gives space back that they delete.
            Production hosts want --preallocate, or a disk of their own (mkfs.btrfs, /etc/fstab): when the
            disk below a sparse file is full, the pool turns read-only and unsynced data is lost.
            """,
    };

    public static Verb Grow { get; } = new("pool grow", "makes a pool larger, while its pods go on", RunGrow)
    {
        Options =
        [
            new VerbOption("size", "SIZE", "new size of a pool in a file: a number with K, M, G or T"),
            new VerbOption("mount", "DIR", "where the pool is mounted (default: option pool)"),
        ],
        More = """
            A file that has all of its space gets the new space at once, too; a sparse one stays sparse. A pool
            on a disk grows into what the disk has: make the partition or volume larger first, and leave out
            --size. Cut anywhere, it can be repeated. A pool is not made smaller.
            """,
    };

    public static Verb Release { get; } = new("pool release", "unmounts a pool; its pods must not run", RunRelease) { Options = [Mount] };

    private static async Task<int> RunEnsure(Invocation invocation, CancellationToken cancellationToken)
    {
        var (file, folder) = (Path.GetFullPath(invocation["file"]), Path.GetFullPath(invocation["mount"]));
        await PoolFile().Ensure(file, Bytes(invocation["size"]), folder, invocation.Has("preallocate"), cancellationToken);
        return 0;
    }

    private static async Task<int> RunGrow(Invocation invocation, CancellationToken cancellationToken)
    {
        var options = PoddConfiguration.Read(invocation.Maybe("config")).Options;
        if (invocation.Maybe("mount") is { } folder)
            options.Pool = Path.GetFullPath(folder);
        var inspection = new PoolInspection(options);
        await PoolFile().Grow(inspection.Look(), invocation.Maybe("size") is { } size ? Bytes(size) : null, options.PoolMayOutgrowDisk, cancellationToken);
        var grown = inspection.Look();
        Console.WriteLine($"The pool at {grown.Folder} has {Size.Of(grown.Size)}, {Size.Of(grown.Free)} of them free.");
        return 0;
    }

    private static async Task<int> RunRelease(Invocation invocation, CancellationToken cancellationToken)
    {
        await PoolFile().Release(Path.GetFullPath(invocation["mount"]), cancellationToken);
        return 0;
    }

    private static PoolFile PoolFile() =>
        new(Parts.Quiet(new ServiceCollection()).AddSingleton<HostCommand>().BuildServiceProvider().GetRequiredService<HostCommand>());

    internal static long Bytes(string size)
    {
        var unit = size.LastOrDefault() switch { 'T' => 40, 'G' => 30, 'M' => 20, 'K' => 10, _ => 0 };
        return long.TryParse(unit == 0 ? size : size[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= long.MaxValue >> unit
            ? number << unit
            : throw new UsageException($"--size is \"{size}\": it must be a number with K, M, G or T, such as 200G");
    }
}
