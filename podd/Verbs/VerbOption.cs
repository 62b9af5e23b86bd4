namespace Pinacle.Podd.Verbs;

/// <summary>An option of a verb.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">What its value is called in the help; null for a flag.</param>
/// <param name="Meaning">One line.</param>
/// <param name="Required">Refused where it is missing.</param>
public sealed record VerbOption(string Name, string? Value, string Meaning, bool Required = false)
{
    /// <summary>As it is typed: <c>--token T</c>.</summary>
    public string Typed => Value is null ? $"--{Name}" : $"--{Name} {Value}";
}
