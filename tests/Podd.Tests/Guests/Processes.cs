namespace Pinacle.Podd.Tests.Guests;

/// <summary>Finds processes of a test by a number in their command line that no other test has.</summary>
internal static class Processes
{
    public static string Mark() => $"{Random.Shared.Next(100_000_000, 999_999_999)}";

    /// <summary>How many <c>sleep</c>s of that number live.</summary>
    public static async Task<int> Count(string mark)
    {
        var count = 0;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                if ((await File.ReadAllTextAsync($"{process}/cmdline")).StartsWith($"sleep\0{mark}", StringComparison.Ordinal))
                    count++;
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return count;
    }
}
