namespace Pinacle.Web.Pages.Pods;

/// <summary>Short names for pods of people who have none in mind.</summary>
internal static class NameSuggestion
{
    private static readonly string[] Names =
        ["demo", "alder", "birch", "cedar", "maple", "hazel", "rowan", "aspen", "juniper", "laurel", "linden", "spruce", "willow", "heather", "sorrel", "clover"];

    /// <summary>The first that is not among <paramref name="taken"/>.</summary>
    public static string Free(IReadOnlyCollection<string> taken) =>
        Names.Concat(Enumerable.Range(1, taken.Count + 1).Select(number => $"pod{number}")).First(name => !taken.Contains(name, StringComparer.Ordinal));
}
