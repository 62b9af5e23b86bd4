namespace Pinacle.Podd.Commands;

/// <summary>A program of the host did not do what it was asked.</summary>
public sealed class HostCommandException(
    string program,
    IReadOnlyList<string> arguments,
    int? exitCode,
    string stderr,
    double seconds,
    Exception? innerException = null)
    : Exception(Describe(program, arguments, exitCode, stderr, seconds), innerException)
{
    private const int MostLines = 5;
    private const int MostCharacters = 500;

    /// <summary>Null when it was not started or had to be ended.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>What it printed as errors.</summary>
    public string Stderr { get; } = stderr;

    /// <summary>The beginning of that, for people: a program that breaks prints pages of itself behind the reason.</summary>
    public string Reason { get; } = Beginning(stderr);

    /// <summary>How long it ran.</summary>
    public double Seconds { get; } = seconds;

    private static string Describe(string program, IReadOnlyList<string> arguments, int? exitCode, string stderr, double seconds) =>
        $"cannot run {program} {string.Join(' ', arguments)}: {(exitCode is { } code ? $"exit code {code}" : "not ended")} after {seconds:0.00} s: {Beginning(stderr)}";

    private static string Beginning(string stderr)
    {
        var text = string.Join('\n', stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostLines));
        return text.Length > MostCharacters ? text[..MostCharacters] + " …" : text;
    }
}
