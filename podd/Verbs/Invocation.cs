namespace Pinacle.Podd.Verbs;

/// <summary>A verb with what was typed behind it. Options are <c>--name value</c> or <c>--name=value</c>, anywhere behind the verb.</summary>
public sealed class Invocation
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);
    private readonly List<string> _operands = [];

    /// <summary>Parses it.</summary>
    /// <exception cref="UsageException">The message names what is wrong.</exception>
    public Invocation(Verb verb, IReadOnlyList<string> words)
    {
        var only = false;
        for (var index = 0; index < words.Count; index++)
        {
            if (only || !words[index].StartsWith("--", StringComparison.Ordinal))
                _operands.Add(words[index]);
            else if (words[index] == "--")
                only = true;
            else
                index += Take(verb, words, index);
        }
        Check(verb);
    }

    /// <summary>What is not an option.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>An option that must be there.</summary>
    public string this[string name] => Maybe(name) ?? throw new UsageException($"--{name} is missing");

    /// <summary>An option that may be there.</summary>
    public string? Maybe(string name) => _options.GetValueOrDefault(name);

    /// <summary>True when the flag was given.</summary>
    public bool Has(string name) => _options.ContainsKey(name);

    // How many words it took besides its own.
    private int Take(Verb verb, IReadOnlyList<string> words, int index)
    {
        var parts = words[index][2..].Split('=', 2);
        var option = verb.AllOptions.FirstOrDefault(option => option.Name == parts[0])
            ?? throw new UsageException($"podd {verb.Name} has no option --{parts[0]}{Likeness.Suggest(parts[0], verb.AllOptions.Select(known => known.Name), "--")}; podd {verb.Name} --help shows what it has");
        var (value, taken) = (option.Value, parts) switch
        {
            (null, [_]) => ("", 0),
            (null, _) => throw new UsageException($"--{option.Name} is a flag and takes no value"),
            (_, [_, var inline]) => (inline, 0),
            _ when index + 1 < words.Count && !words[index + 1].StartsWith("--", StringComparison.Ordinal) => (words[index + 1], 1),
            _ => throw new UsageException($"--{option.Name} needs a value: {option.Typed} ({option.Meaning})"),
        };
        return _options.TryAdd(option.Name, value) ? taken : throw new UsageException($"--{option.Name} was given twice");
    }

    private void Check(Verb verb)
    {
        if (_operands.Count > verb.Operands.Count)
            throw new UsageException($"podd {verb.Name} does not know what to do with \"{_operands[verb.Operands.Count]}\": {verb.Usage}");
        if (verb.Operands.Skip(_operands.Count).FirstOrDefault(operand => !operand.StartsWith('[')) is { } missing)
            throw new UsageException($"podd {verb.Name} needs {missing}: {verb.Usage}");
        if (verb.Options.FirstOrDefault(option => option.Required && !Has(option.Name)) is { } needed)
            throw new UsageException($"podd {verb.Name} needs {needed.Typed} ({needed.Meaning}): {verb.Usage}");
    }
}
