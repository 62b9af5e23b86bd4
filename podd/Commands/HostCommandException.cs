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
    /// <summary>Null when it was not started or had to be ended.</summary>
    public int? ExitCode { get; } = exitCode;

    /// <summary>What it printed as errors.</summary>
    public string Stderr { get; } = stderr;

    /// <summary>How long it ran.</summary>
    public double Seconds { get; } = seconds;

    private static string Describe(string program, IReadOnlyList<string> arguments, int? exitCode, string stderr, double seconds) =>
        $"cannot run {program} {string.Join(' ', arguments)}: {(exitCode is { } code ? $"exit code {code}" : "not ended")} after {seconds:0.00} s: {stderr.Trim()}";
}
