using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Pinacle.Podd.Hosts.Checks;

/// <summary>Simple quotas of btrfs came with Linux 6.7; the older ones take seconds an act once there are many pods.</summary>
internal sealed partial class KernelCheck : IHostCheck
{
    private static readonly Version Oldest = new(6, 7);

    public string Name => "kernel";

    public Task<IReadOnlyList<Finding>> Look(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([Judge(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), RuntimeInformation.OSArchitecture), .. Root()]);

    internal static Finding Judge(string release, Architecture architecture)
    {
        if (architecture != Architecture.X64)
            return Finding.Fail($"Linux {release} on {architecture.ToString().ToLowerInvariant()}", "use an amd64 machine: pods are proven on no other");
        var number = Number().Match(release);
        return number.Success && new Version(int.Parse(number.Groups["major"].ValueSpan), int.Parse(number.Groups["minor"].ValueSpan)) >= Oldest
            ? Finding.Ok($"Linux {release}")
            : Finding.Fail($"Linux {release} has no simple quotas for pods' disks", $"boot Linux {Oldest} or newer: Debian 13, or on Debian 12 apt-get install -t bookworm-backports linux-image-amd64");
    }

    private static IEnumerable<Finding> Root() =>
        Environment.IsPrivilegedProcess ? [] : [Finding.Fail("podd check does not run as root, so it cannot see all", "sudo podd check")];

    [GeneratedRegex(@"^(?<major>\d{1,4})\.(?<minor>\d{1,4})", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
