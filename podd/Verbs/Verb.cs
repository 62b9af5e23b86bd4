namespace Pinacle.Podd.Verbs;

/// <summary>One thing that podd can be told on the command line.</summary>
/// <param name="Name">One or two words: <c>check</c>, <c>image import</c>.</param>
/// <param name="Summary">What it does, in less than a line.</param>
/// <param name="Run">Does it; gives the exit code.</param>
public sealed record Verb(string Name, string Summary, Func<Invocation, CancellationToken, Task<int>> Run)
{
    /// <summary>What every verb takes.</summary>
    public static readonly VerbOption Config = new("config", "FILE", "settings to use instead of /etc/podd/podd.json");

    /// <summary>A flag that several verbs have.</summary>
    public static readonly VerbOption Json = new("json", null, "print JSON instead of a table");

    /// <summary>Names of what is not an option, in order; in brackets where it may be left out.</summary>
    public IReadOnlyList<string> Operands { get; init; } = [];

    /// <summary>Its own options, besides <see cref="Config"/>.</summary>
    public IReadOnlyList<VerbOption> Options { get; init; } = [];

    /// <summary>What else there is to say, for the verb's own help.</summary>
    public string More { get; init; } = "";

    /// <summary>Every option that it takes.</summary>
    public IEnumerable<VerbOption> AllOptions => Options.Append(Config);

    /// <summary>The line that shows how it is typed.</summary>
    public string Usage =>
        string.Join(' ', [$"podd {Name}", .. Operands, .. Options.Select(option => option.Required ? option.Typed : $"[{option.Typed}]")]);
}
