namespace Pinacle.Browser.Tests.Stack;

/// <summary>Everything that a pod has on its host, counted by the kernel's own words, so that a test can show that nothing is left.</summary>
public sealed record Residue(string Namespaces, string Links, string NftElements, string Mounts, string Subvolumes, string Cgroups, string Processes, string Files)
{
    /// <summary>What there is now of the instance under test.</summary>
    public static async Task<Residue> Look()
    {
        var pool = Path.Combine(PinacleStack.Var, "pool");
        return new(
            await Lines("ip", ["netns", "list"]),
            await Lines("ip", ["-br", "link"], line => line.Split(' ', 2)[0].Split('@')[0]),
            await NftAddresses(),
            await Lines("findmnt", ["-rn", "-o", "TARGET"]),
            await Lines("btrfs", ["subvolume", "list", pool], line => line[(line.IndexOf("path ", StringComparison.Ordinal) + 5)..]),
            string.Join('\n', Directory.EnumerateDirectories("/sys/fs/cgroup", "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = true }).Where(folder => Guid.TryParse(Path.GetFileName(folder), out _)).Order(StringComparer.Ordinal)),
            await Lines("ps", ["-eo", "args"], line => line.Contains("runsc", StringComparison.Ordinal) ? "runsc" : ""),
            string.Join('\n', Directory.EnumerateFileSystemEntries(Path.Combine(PinacleStack.Var, "podd", "pods")).Order(StringComparer.Ordinal)));
    }

    // Element lines only: counters of rules move by themselves.
    private static async Task<string> NftAddresses()
    {
        var rules = await Tool.Run("nft", ["-s", "list", "ruleset"]);
        return string.Join('\n', rules.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("elements", StringComparison.Ordinal)));
    }

    private static async Task<string> Lines(string program, string[] arguments, Func<string, string>? pick = null) =>
        string.Join('\n', (await Tool.Run(program, arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(pick ?? (line => line)).Where(line => line.Length > 0).Order(StringComparer.Ordinal));
}
