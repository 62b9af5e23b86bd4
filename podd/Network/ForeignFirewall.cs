using System.Text.Json;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Network;

/// <summary>Looks for packet rules of others (Docker, ufw) that would starve pods: an accept in podd's table does not outvote a drop in another. podd touches no table but its own, so it can only say what to add.</summary>
public sealed class ForeignFirewall(HostCommand commands, AddressPlan plan)
{
    private const string LegacyTables = "/proc/net/ip_tables_names";
    private const string LegacyProgram = "/usr/sbin/iptables-legacy";

    /// <summary>One per chain that is in the way; empty when there is none.</summary>
    public async Task<IReadOnlyList<FirewallComplaint>> Complaints(CancellationToken cancellationToken)
    {
        var rules = await commands.Run("nft", ["--json", "list", "ruleset"], cancellationToken: cancellationToken);
        var complaints = new List<FirewallComplaint>(Read(rules.Stdout));
        if (File.Exists(LegacyProgram) && File.Exists(LegacyTables) && (await File.ReadAllLinesAsync(LegacyTables, cancellationToken)).Contains("filter"))
        {
            foreach (var chain in (string[])["FORWARD", "INPUT"])
            {
                var legacy = await commands.Run(LegacyProgram, ["-S", chain], cancellationToken: cancellationToken);
                if (legacy.Stdout.Contains($"-P {chain} DROP", StringComparison.Ordinal) && !legacy.Stdout.Contains($"-i {plan.Bridge} ", StringComparison.Ordinal))
                    complaints.Add(Complaint("iptables-legacy filter", chain, LegacyRules(chain)));
            }
        }

        return complaints;
    }

    /// <summary>Reads what <c>nft --json list ruleset</c> printed (libnftables-json(5)).</summary>
    internal IEnumerable<FirewallComplaint> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var objects = document.RootElement.GetProperty("nftables").EnumerateArray().ToList();
        var opened = objects
            .Where(o => o.TryGetProperty("rule", out var rule) && Mentions(rule))
            .Select(o => Table(o.GetProperty("rule")))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var item in objects)
        {
            if (!item.TryGetProperty("chain", out var chain) || Text(chain, "policy") != "drop" || Text(chain, "hook") is not ("forward" or "input"))
                continue;
            var table = Table(chain);
            if (Text(chain, "family") is not ("ip" or "inet") || Text(chain, "table") == plan.Table || opened.Contains(table))
                continue;
            var name = Text(chain, "name") ?? "";
            yield return Complaint($"table {table}", name, Rules(Text(chain, "hook") == "input", table, name));
        }
    }

    private static string? Text(JsonElement element, string property) => element.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static string Table(JsonElement element) => $"{Text(element, "family")} {Text(element, "table")}";

    private static FirewallComplaint Complaint(string where, string chain, IEnumerable<string> rules) =>
        new($"pods are cut off: {where}, chain {chain} drops what it does not know", string.Join("; ", rules));

    // A rule that accepts by the bridge's name: somebody has thought of pods.
    private bool Mentions(JsonElement rule)
    {
        var text = rule.GetRawText();
        return text.Contains($"\"{plan.Bridge}\"", StringComparison.Ordinal) && text.Contains("\"accept\"", StringComparison.Ordinal);
    }

    private IEnumerable<string> Rules(bool input, string table, string chain) => input
        ? [$"nft insert rule {table} {chain} iifname {plan.Bridge} accept"]
        : [$"nft insert rule {table} {chain} iifname {plan.Bridge} accept", $"nft insert rule {table} {chain} oifname {plan.Bridge} ct state established,related accept"];

    private IEnumerable<string> LegacyRules(string chain) => chain == "INPUT"
        ? [$"iptables-legacy -I INPUT -i {plan.Bridge} -j ACCEPT"]
        : [$"iptables-legacy -I FORWARD -i {plan.Bridge} -j ACCEPT", $"iptables-legacy -I FORWARD -o {plan.Bridge} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"];
}
