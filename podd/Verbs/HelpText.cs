using System.Text;
using Pinacle.Contracts;

namespace Pinacle.Podd.Verbs;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    /// <summary>Of podd as a whole.</summary>
    public static string Of(IReadOnlyList<Verb> verbs)
    {
        var text = new StringBuilder($"podd {ProductVersion.Text} runs pods on this host.\n\n");
        var width = verbs.Max(verb => Short(verb).Length);
        foreach (var verb in verbs)
            text.Append("  ").Append(Short(verb).PadRight(width + 2)).AppendLine(verb.Summary);
        return text.Append("""

            podd VERB --help says more. Every verb takes --config FILE (default /etc/podd/podd.json);
            PODD__NAME and PODD__SECTION__NAME in the environment go over it. Manual: man podd.
            """).ToString();
    }

    /// <summary>Of one verb.</summary>
    public static string Of(Verb verb)
    {
        var text = new StringBuilder($"{verb.Usage}\n\n{verb.Summary[..1].ToUpperInvariant()}{verb.Summary[1..]}.\n\n");
        if (verb.More.Length > 0)
            text.AppendLine(verb.More).AppendLine();
        var width = verb.AllOptions.Max(option => option.Typed.Length);
        foreach (var option in verb.AllOptions)
            text.AppendLine($"  {option.Typed.PadRight(width + 2)}{option.Meaning}{(option.Required ? " (required)" : "")}");
        return text.ToString().TrimEnd();
    }

    private static string Short(Verb verb) => string.Join(' ', [$"podd {verb.Name}", .. verb.Operands]);
}
