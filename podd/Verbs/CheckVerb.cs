using System.Text.Json;
using System.Text.Json.Serialization;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Hosts.Checks;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd check</c>.</summary>
internal static partial class CheckVerb
{
    public static Verb Verb { get; } = new("check", "says what is wrong with this host, and what to do about it", Run)
    {
        Options = [Verb.Json],
        More = """
            Looks at the kernel, cgroups, programs, runsc (its self-test takes up to two minutes the first
            time), the guest, the pool, packet rules, ports, DNS and the clock. It changes nothing.
            Exit code 0: pods can run (warnings do not count); 1: something must be put right.
            """,
    };

    private static async Task<int> Run(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var check = parts.GetRequiredService<HostCheck>();
        var lines = new List<CheckLine>();
        var width = check.Names.Max(name => name.Length);
        await foreach (var (name, finding) in check.Look(cancellationToken))
        {
            lines.Add(new CheckLine(name, finding.Verdict, finding.Found, finding.Advice));
            if (!invocation.Has("json"))
                Print(name.PadRight(width), finding);
        }
        var fit = lines.TrueForAll(line => line.Verdict != Verdict.Fail);
        if (invocation.Has("json"))
            Console.WriteLine(JsonSerializer.Serialize(new CheckReport(fit, lines), CheckJson.Default.CheckReport));
        else
            Console.WriteLine(fit ? "\nThis host can run pods." : "\nThis host cannot run pods yet.");
        return fit ? 0 : 1;
    }

    private static void Print(string name, Finding finding)
    {
        var verdict = finding.Verdict.ToString().ToLowerInvariant();
        Console.WriteLine($"{verdict,-4}  {name}  {finding.Found}");
        if (finding.Advice is { } advice)
            Console.WriteLine($"{new string(' ', 6 + name.Length)}  → {advice}");
    }

    internal sealed record CheckLine(string Check, Verdict Verdict, string Found, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Advice);

    internal sealed record CheckReport(bool Fit, IReadOnlyList<CheckLine> Findings);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(CheckReport))]
    internal sealed partial class CheckJson : JsonSerializerContext;
}
