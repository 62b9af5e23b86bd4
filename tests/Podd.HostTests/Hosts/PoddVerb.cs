using Microsoft.Extensions.Logging.Abstractions;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Podd.HostTests.Hosts;

/// <summary>Types podd's verbs on the command line, beside a podd that runs and with its configuration.</summary>
internal sealed class PoddVerb(PoddProcess podd)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly HostCommand _command = new(NullLogger<HostCommand>.Instance);

    /// <summary>Everything of that podd; tests may put their own things there.</summary>
    public string Folder { get; } = Path.GetDirectoryName(podd.Root)!;

    /// <summary>Runs a verb to its end.</summary>
    /// <param name="arguments">The verb and what follows it.</param>
    /// <param name="allow">Exit codes besides 0 that are no failure of the test.</param>
    public Task<HostCommandResult> Run(IReadOnlyList<string> arguments, params int[] allow) => Run(arguments, [], allow);

    /// <summary>The same with settings (<c>PODD__NAME=value</c>) over those of the file.</summary>
    public Task<HostCommandResult> Run(IReadOnlyList<string> arguments, IReadOnlyList<string> settings, params int[] allow)
    {
        var (program, before) = TestHost.Podd;
        return _command.Run("env", [.. settings, program, .. before, .. arguments, "--config", Path.Combine(Folder, "podd.json")], Limit, allow: allow);
    }
}
