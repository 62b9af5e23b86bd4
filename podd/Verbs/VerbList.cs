using Pinacle.Contracts;

namespace Pinacle.Podd.Verbs;

/// <summary>Everything that podd can be told on the command line.</summary>
public static class VerbList
{
    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<Verb> All { get; } =
    [
        RunVerb.Verb,
        CheckVerb.Verb,
        JoinVerb.Verb,
        PodsVerb.Verb,
        ImageVerbs.Build,
        ImageVerbs.Import,
        ImageVerbs.List,
        ImageVerbs.Remove,
        PoolVerbs.Ensure,
        PoolVerbs.Grow,
        PoolVerbs.Release,
        DownVerb.Verb,
        new Verb("version", "prints podd's version and its contract's", (_, _) => Print($"podd {ProductVersion.Text}, contract {ContractVersion.Text}")),
    ];

    /// <summary>Does what was typed.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">It cannot be understood.</exception>
    public static Task<int> Run(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        switch (words)
        {
            case [] or ["--help" or "-h"] or ["help"]:
                return Print(HelpText.Of(All));
            case ["--version"]:
                words = ["version"];
                break;
            case ["help", ..]:
                words = [.. words.Skip(1), "--help"];
                break;
        }
        var verb = Find(words);
        IReadOnlyList<string> behind = [.. words.Skip(verb.Name.Split(' ').Length)];
        return behind.TakeWhile(word => word != "--").Any(word => word is "--help" or "-h")
            ? Print(HelpText.Of(verb))
            : verb.Run(new Invocation(verb, behind), cancellationToken);
    }

    internal static Verb Find(IReadOnlyList<string> words)
    {
        if (words[0].StartsWith('-'))
            throw new UsageException($"podd wants its verb first, then \"{words[0]}\"; podd --help lists the verbs");
        if (All.FirstOrDefault(verb => verb.Name.Split(' ') is var name && words.Take(name.Length).SequenceEqual(name)) is { } found)
            return found;
        var siblings = All.Select(verb => verb.Name.Split(' ')).Where(name => name.Length > 1 && name[0] == words[0]).Select(name => name[1]).ToArray();
        if (siblings.Length > 0)
            throw new UsageException($"podd {words[0]} needs one of {string.Join(", ", siblings)}{(words.Count > 1 ? $", not \"{words[1]}\"{Likeness.Suggest(words[1], siblings)}" : "")}");
        throw new UsageException($"podd has no verb \"{words[0]}\"{Likeness.Suggest(words[0], All.Select(verb => verb.Name.Split(' ')[0]))}; podd --help lists what it has");
    }

    private static Task<int> Print(string text)
    {
        Console.WriteLine(text);
        return Task.FromResult(0);
    }
}
