using System.ComponentModel;
using System.Runtime.CompilerServices;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Hosts.Checks;

namespace Pinacle.Podd.Hosts;

/// <summary>Finds what would keep pods from running here (<c>podd check</c>).</summary>
public sealed class HostCheck(IEnumerable<IHostCheck> checks)
{
    /// <summary>Adds the checks in the order in which they are told: what others depend on first.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.AddSingleton<HostCheck>();
        services.AddSingleton<IHostCheck, KernelCheck>();
        services.AddSingleton<IHostCheck>(parts => new CgroupCheck(parts.GetRequiredService<PoddOptions>()));
        services.AddSingleton<IHostCheck, ProgramsCheck>();
        services.AddSingleton<IHostCheck, RuntimeCheck>();
        services.AddSingleton<IHostCheck, GuestCheck>();
        services.AddSingleton<IHostCheck, PoolCheck>();
        services.AddSingleton<IHostCheck, FirewallCheck>();
        services.AddSingleton<IHostCheck, PortCheck>();
        services.AddSingleton<IHostCheck, DnsCheck>();
        services.AddSingleton<IHostCheck, ClockCheck>();
    }

    /// <summary>Names of the checks.</summary>
    public IEnumerable<string> Names => checks.Select(check => check.Name);

    /// <summary>Looks at one thing after the other. A check that breaks is a finding, too.</summary>
    public async IAsyncEnumerable<(string Check, Finding Finding)> Look([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var check in checks)
        {
            IReadOnlyList<Finding> findings;
            try
            {
                findings = await check.Look(cancellationToken);
            }
            catch (Exception error) when (error is HostCommandException or IOException or UnauthorizedAccessException or InvalidOperationException or Win32Exception or FormatException)
            {
                findings = [Finding.Fail($"cannot be checked: {error.Message}", "run podd check as root, and report this if it stays")];
            }
            foreach (var finding in findings)
                yield return (check.Name, finding);
        }
    }
}
