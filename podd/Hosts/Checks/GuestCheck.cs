using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>The program that is PID 1 in every pod, with the loader and libraries that it brings along.</summary>
internal sealed class GuestCheck(PoddOptions options, HostCommand command) : IHostCheck
{
    private const string Loader = "ld-linux-x86-64.so.2";
    private const string Advice = "install the podd package again, or set option guest";

    public string Name => "guest";

    public async Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken)
    {
        if (new[] { "guest", Loader }.FirstOrDefault(file => !File.Exists(Path.Combine(options.Guest, file))) is { } missing)
            return [Finding.Fail($"there is no {missing} in {options.Guest}", Advice)];
        try
        {
            await command.Run(Path.Combine(options.Guest, Loader), ["--library-path", options.Guest, "--list", Path.Combine(options.Guest, "guest")], cancellationToken: cancellationToken);
            return [Finding.Ok($"complete in {options.Guest}")];
        }
        catch (HostCommandException error)
        {
            return [Finding.Fail($"the guest in {options.Guest} cannot be loaded: {error.Stderr.Trim()}", Advice)];
        }
    }
}
