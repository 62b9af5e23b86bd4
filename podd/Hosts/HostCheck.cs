using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Runsc;

namespace Pinacle.Podd.Hosts;

/// <summary>Finds what would keep pods from running here (<c>podd check</c>), in sentences that say what to do.</summary>
public sealed class HostCheck(PoddOptions options, SelfTest test, HostCommand command)
{
    private static readonly (string Program, string Package)[] Programs =
        [("ip", "iproute2"), ("bridge", "iproute2"), ("nft", "nftables"), ("btrfs", "btrfs-progs"), ("zstd", "zstd"), ("tar", "tar"), ("unshare", "util-linux")];

    /// <summary>One sentence a problem; none when all is well.</summary>
    public async Task<IReadOnlyList<string>> Problems(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (Environment.UserName != "root")
            return ["podd must run as root"];
        foreach (var (program, package) in Programs)
        {
            if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))))
                problems.Add($"{program} is missing: apt-get install {package}");
        }
        if (!Directory.Exists(options.Pool) || new DriveInfo(options.Pool).DriveFormat is not "btrfs")
            problems.Add($"{options.Pool} is not a mounted btrfs: podd pool ensure --file F --size 40G --mount {options.Pool}");
        if (!File.Exists(Path.Combine(options.Guest, "guest")))
            problems.Add($"there is no guest in {options.Guest}: install the podd package again, or set the option guest");
        var runtime = await test.Run(cancellationToken);
        if (runtime.State != RuntimeState.Fit)
            problems.Add($"runsc is unfit: {runtime.Message}");
        if (await ForeignPolicy(cancellationToken))
            problems.Add($"another firewall drops what is forwarded by default, so pods would have no internet: iptables -I FORWARD -i {options.Network.Bridge} -j ACCEPT; iptables -I FORWARD -o {options.Network.Bridge} -j ACCEPT");
        return problems;
    }

    // Docker and ufw set the policy of iptables' own chain; podd's table cannot overrule a drop elsewhere.
    private async Task<bool> ForeignPolicy(CancellationToken cancellationToken)
    {
        var rules = await command.Run("nft", ["list", "ruleset"], cancellationToken: cancellationToken);
        return rules.Stdout.Contains("hook forward priority filter; policy drop", StringComparison.Ordinal)
            && !rules.Stdout.Contains($"iifname \"{options.Network.Bridge}\" counter", StringComparison.Ordinal);
    }
}
