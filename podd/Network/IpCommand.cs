using System.Globalization;
using System.Text.RegularExpressions;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Network;

/// <summary>iproute2. Several lines go to one process (<c>-batch</c>): a process costs more than what it asks the kernel.</summary>
public sealed partial class IpCommand(HostCommand commands)
{
    /// <summary>Runs lines of <c>ip</c> in order; the first that fails ends the rest.</summary>
    public Task Batch(IEnumerable<string> lines, CancellationToken cancellationToken) => Run("ip", ["-batch", "-"], lines, cancellationToken);

    /// <summary>The same inside a network namespace.</summary>
    public Task BatchIn(string networkNamespace, IEnumerable<string> lines, CancellationToken cancellationToken) =>
        Run("ip", ["-netns", networkNamespace, "-batch", "-"], lines, cancellationToken);

    /// <summary>Runs lines of <c>bridge</c> in order.</summary>
    public Task BridgeBatch(IEnumerable<string> lines, CancellationToken cancellationToken) => Run("bridge", ["-batch", "-"], lines, cancellationToken);

    private async Task Run(string program, IReadOnlyList<string> arguments, IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var all = lines.ToList();
        try
        {
            await commands.Run(program, arguments, input: string.Join('\n', all) + "\n", cancellationToken: cancellationToken);
        }
        catch (HostCommandException error) when (FailedLine().Match(error.Stderr) is { Success: true } match && int.Parse(match.ValueSpan["Command failed -:".Length..], CultureInfo.InvariantCulture) is var number && number <= all.Count)
        {
            throw new HostCommandException(program, arguments, error.ExitCode, $"{error.Stderr.Trim()}: {all[number - 1]}", error.Seconds, error);
        }
    }

    [GeneratedRegex("Command failed -:[0-9]{1,6}", RegexOptions.NonBacktracking)]
    private static partial Regex FailedLine();
}
