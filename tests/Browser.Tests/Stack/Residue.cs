using System.Globalization;
using System.Text.Json.Nodes;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>Everything that the pods of the instance under test have on their host, counted by the kernel's own words, so that a test can show that nothing is left. What another instance has is not looked at.</summary>
public sealed record Residue(string Namespaces, string Links, string NftElements, string Mounts, string Subvolumes, string Cgroups, string Processes, string Files)
{
    /// <summary>What there is now.</summary>
    public static async Task<Residue> Look()
    {
        var options = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(PinacleStack.Var, "run", "podd.json")))!["Podd"]!;
        var (instance, parent) = ((string)options["Network"]!["Instance"]!, (string)options["CgroupParent"]!);
        var pool = Path.Combine(PinacleStack.Var, "pool");
        return new(
            await Lines("ip", ["netns", "list"], line => line.StartsWith(instance + "-", StringComparison.Ordinal) ? line : ""),
            await Lines("ip", ["-br", "link"], line => line.Split(' ', 2)[0].Split('@')[0] is var name && name.StartsWith(instance, StringComparison.Ordinal) ? name : ""),
            await ElementsOf(instance),
            await Lines("findmnt", ["-rn", "-o", "TARGET"], line => line.Contains(PinacleStack.Var, StringComparison.Ordinal) || line.Contains(instance + "-", StringComparison.Ordinal) ? line : ""),
            await Lines("btrfs", ["subvolume", "list", pool], line => line[(line.IndexOf("path ", StringComparison.Ordinal) + 5)..]),
            Sorted(Directory.EnumerateDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(root => root + parent).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)),
            await Lines("ps", ["-eo", "args"], line => line.Contains("runsc", StringComparison.Ordinal) && line.Contains(PinacleStack.Var, StringComparison.Ordinal) ? "runsc" : ""),
            Sorted(Directory.EnumerateFileSystemEntries(Directory.CreateDirectory(Path.Combine(PinacleStack.Var, "podd", "pods")).FullName)));
    }

    // Element lines only: counters of rules move by themselves.
    private static async Task<string> ElementsOf(string instance)
    {
        var lines = new List<string>();
        foreach (var family in (string[])["inet", "bridge"])
        {
            var table = await Tool.Run("nft", ["-s", "list", "table", family, string.Create(CultureInfo.InvariantCulture, $"podd_{instance}")]);
            lines.AddRange(table.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("elements", StringComparison.Ordinal)));
        }
        return string.Join('\n', lines);
    }

    private static async Task<string> Lines(string program, string[] arguments, Func<string, string> pick) =>
        Sorted((await Tool.Run(program, arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(pick).Where(line => line.Length > 0));

    private static string Sorted(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));
}
