namespace Pinacle.Podd.Verbs;

/// <summary>Guesses what somebody meant who mistyped a name.</summary>
internal static class Likeness
{
    private const int Most = 2;

    /// <summary>" (did you mean X?)", or nothing when no name is near.</summary>
    public static string Suggest(string typed, IEnumerable<string> names, string prefix = "") =>
        names.Select(name => (Name: name, Distance: Distance(typed, name))).Where(near => near.Distance <= Most).OrderBy(near => near.Distance).FirstOrDefault() is { Name: { } name }
            ? $" (did you mean {prefix}{name}?)"
            : "";

    /// <summary>Levenshtein's: how many letters must be added, taken away or changed.</summary>
    internal static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var (diagonal, first) = (row[0], i);
            row[0] = first;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}
