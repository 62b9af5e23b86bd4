namespace Pinacle.Podd.Hosts.Checks;

/// <summary>The programs that podd starts.</summary>
internal sealed class ProgramsCheck : IHostCheck
{
    private static readonly (string Program, string Package)[] Needed =
    [
        ("ip", "iproute2"), ("bridge", "iproute2"), ("nft", "nftables"), ("btrfs", "btrfs-progs"), ("zstd", "zstd"), ("tar", "tar"),
        ("unshare", "util-linux"), ("mount", "mount"), ("conntrack", "conntrack"),
    ];

    private static readonly (string Program, string Package)[] ForImages = [("skopeo", "skopeo"), ("umoci", "umoci")];

    public string Name => "programs";

    public Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken) =>
        Task.FromResult(Judge(program => Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))) == true));

    internal static IReadOnlyList<Finding> Judge(Func<string, bool> there)
    {
        var (needed, images) = (Missing(Needed, there), Missing(ForImages, there));
        return
        [
            needed.Length == 0
                ? Finding.Ok($"all {Needed.Length} are there")
                : Finding.Fail($"{Names(needed)} missing", $"apt-get install {Packages(needed)}"),
            .. images.Length == 0 ? [] : (Finding[])[Finding.Warn($"{Names(images)} missing: OCI images cannot be imported", $"apt-get install {Packages(images)}")],
        ];
    }

    private static (string Program, string Package)[] Missing((string Program, string Package)[] programs, Func<string, bool> there) => [.. programs.Where(one => !there(one.Program))];

    private static string Names((string Program, string Package)[] programs) => string.Join(", ", programs.Select(one => one.Program));

    private static string Packages((string Program, string Package)[] programs) => string.Join(' ', programs.Select(one => one.Package).Distinct(StringComparer.Ordinal));
}
