using Pinacle.Contracts;

namespace Pinacle.Guest.Sudo;

/// <summary>The command line of <c>sudo(8)</c>, as much of it as developers and install scripts use.</summary>
/// <param name="User">Whom to be; null for root.</param>
/// <param name="Keep">True to keep the caller's environment.</param>
/// <param name="Shell">True for a shell instead of a command, or around it.</param>
/// <param name="Login">True for a login shell, in its user's home.</param>
/// <param name="Set">Variables to set.</param>
/// <param name="Command">The command; empty for a shell alone.</param>
internal sealed record SudoArguments(string? User, bool Keep, bool Shell, bool Login, IReadOnlyDictionary<string, string> Set, IReadOnlyList<string> Command)
{
    /// <summary>What it says about itself.</summary>
    public const string Usage = "usage: sudo [-n] [-E] [-H] [-u user] [-i | -s] [VAR=value] [--] command …";

    /// <summary>Reads them.</summary>
    /// <exception cref="FaultException">It does not know an option, or there is no command.</exception>
    public static SudoArguments Parse(ReadOnlySpan<string> arguments)
    {
        var (user, keep, shell, login) = ((string?)null, false, false, false);
        var set = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        for (; at < arguments.Length && arguments[at].StartsWith('-'); at++)
        {
            var option = arguments[at];
            if (option == "--")
            {
                at++;
                break;
            }
            if (option is "-u" or "--user" && at + 1 < arguments.Length)
                user = arguments[++at];
            else if (option.StartsWith("--user=", StringComparison.Ordinal))
                user = option["--user=".Length..];
            else if (option is "-E" or "--preserve-env")
                keep = true;
            else if (option is "-i" or "--login")
                (shell, login) = (true, true);
            else if (option is "-s" or "--shell")
                shell = true;
            else if (option is not ("-n" or "--non-interactive" or "-H" or "--set-home" or "-S" or "--stdin"))
                throw new FaultException(FaultKind.Invalid, $"cannot do {option} in a pod; {Usage}");
        }
        for (; at < arguments.Length && arguments[at].IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && !arguments[at][..equals].Contains('/', StringComparison.Ordinal); at++)
            set[arguments[at][..equals]] = arguments[at][(equals + 1)..];
        var command = arguments[at..].ToArray();
        return command.Length > 0 || shell
            ? new SudoArguments(user, keep, shell, login, set, command)
            : throw new FaultException(FaultKind.Invalid, Usage);
    }
}
