using System.Text;
using CliWrap;

namespace Pinacle.Browser.Tests.Stack;

/// <summary>Starts other programs for the tests.</summary>
public static class Tool
{
    /// <summary>Runs a program to its end; an exit code other than 0 fails the test with what it printed.</summary>
    public static async Task<string> Run(string program, string[] arguments, string? folder = null, IReadOnlyDictionary<string, string?>? environment = null, bool mayFail = false)
    {
        var output = new StringBuilder();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var result = await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(folder ?? Repository.Root)
            .WithEnvironmentVariables(environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(output))
            .ExecuteAsync(limit.Token);
        if (result.ExitCode != 0 && !mayFail)
            Assert.Fail($"{program} {string.Join(' ', arguments)} ended with {result.ExitCode}: {output}");
        return output.ToString();
    }
}
