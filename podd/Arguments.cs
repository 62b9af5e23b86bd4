namespace Pinacle.Podd;

/// <summary>A command line: words, then <c>--name value</c> pairs.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    /// <summary>Parses it.</summary>
    /// <exception cref="UsageException">An option without a value, or twice.</exception>
    public Arguments(IReadOnlyList<string> arguments)
    {
        var words = new List<string>();
        for (var index = 0; index < arguments.Count; index++)
        {
            if (!arguments[index].StartsWith("--", StringComparison.Ordinal) || arguments[index] is "--help" or "--version")
                words.Add(arguments[index]);
            else if (index + 1 == arguments.Count || !_named.TryAdd(arguments[index][2..], arguments[++index]))
                throw new UsageException($"{arguments[index]} needs one value");
        }
        Words = words;
    }

    /// <summary>What is not an option.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>An option that must be there.</summary>
    public string this[string name] => _named.TryGetValue(name, out var value) ? value : throw new UsageException($"--{name} is missing");

    /// <summary>An option that may be there.</summary>
    public string? Maybe(string name) => _named.GetValueOrDefault(name);
}
