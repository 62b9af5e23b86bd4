using System.Globalization;
using System.Text.Json;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Verbs;

/// <summary><c>podd pods</c>.</summary>
internal static class PodsVerb
{
    public static Verb Verb { get; } = new("pods", "lists the pods of this host", Run)
    {
        Options = [Verb.Json],
        More = "Asks the podd that runs; where none does, it shows what podd wrote last.",
    };

    private static async Task<int> Run(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var parts = Parts.Of(invocation);
        var reports = await new LocalPodd(parts.GetRequiredService<PoddOptions>()).Pods(cancellationToken);
        var (records, unreadable) = parts.GetRequiredService<PodRecords>().Load();
        IReadOnlyList<PodLine> pods =
        [
            .. records.OrderBy(record => record.Spec.Id, StringComparer.Ordinal).Select(record => PodLine.Of(record, reports?.FirstOrDefault(report => report.Id == record.Spec.Id))),
            .. unreadable.Select(PodLine.Unreadable),
        ];
        if (reports is null)
            await Console.Error.WriteLineAsync("podd does not run: this is what it wrote last");
        if (invocation.Has("json"))
            Console.WriteLine(JsonSerializer.Serialize(pods, PodLineJson.Default.IReadOnlyListPodLine));
        else
            Table.Print(["ID", "POD", "STATE", "TIER", "SLOT", "ADDRESS", "CPU", "MEMORY", "DISK", ""], pods.Select(Row));
        return 0;
    }

    private static IReadOnlyList<string> Row(PodLine pod) =>
    [
        pod.Id,
        pod.Name is null ? "?" : $"{pod.Owner}/{pod.Name}",
        pod.State is not { } state ? "?" : pod.Frozen ? "frozen" : state.ToString().ToLowerInvariant(),
        pod.Tier ?? "?",
        pod.Slot?.ToString(CultureInfo.InvariantCulture) ?? "?",
        pod.Address ?? "-",
        pod.Usage?.Cpu.ToString("0.00", CultureInfo.InvariantCulture) ?? "-",
        pod.Usage is { } memory ? Size.Of(memory.Memory) : "-",
        pod.Usage is { } disk ? Size.Of(disk.Disk) : "-",
        pod.Note ?? "",
    ];
}
