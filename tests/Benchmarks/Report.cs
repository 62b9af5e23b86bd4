using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pinacle.Benchmarks;

/// <summary>What was measured, on what: <c>report.md</c> for people, <c>report.json</c> for programs.</summary>
/// <param name="At">When it began.</param>
/// <param name="Machine">Where.</param>
/// <param name="LoadAfter">Load average at the end.</param>
/// <param name="Figures">The lines.</param>
public sealed record Report(DateTimeOffset At, Machine Machine, double LoadAfter, IReadOnlyList<Figure> Figures)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes both.</summary>
    public async Task Write(string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(this, Json));
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), Markdown());
    }

    /// <summary>For people.</summary>
    public string Markdown()
    {
        var text = new StringBuilder();
        Line(text, $"# Benchmarks of {At:yyyy-MM-dd HH:mm} UTC\n");
        Line(text, $"{Machine.Processor}, {Machine.Memory / (1L << 30)} GiB, Linux {Machine.Kernel}, cgroup v{Machine.Cgroups}, {Machine.Runsc}, podd {Machine.Podd}, harness on {Machine.DotNet}. Load {Machine.LoadBefore:0.0} before, {LoadAfter:0.0} after.");
        Line(text, $"Medians with 95 % intervals; contenders took turns, a ratio is taken round by round. CPU is of all processes that were started for the work.\n");
        foreach (var row in Figures.GroupBy(figure => figure.Row))
        {
            Line(text, $"## {row.Key}\n\n| | measured | interval | goal | |\n|---|---:|---|---:|---|");
            foreach (var figure in row)
                Line(text, $"| {figure.What} | {Number(figure.Value)} {figure.Unit} | {(figure.Low is { } low && figure.High is { } high ? $"{Number(low)} – {Number(high)}" : "")} | {(figure.Goal is { } goal ? $"≤ {Number(goal)}" : "")} | {figure.Verdict} |");
            text.Append('\n');
            foreach (var figure in row.Where(figure => figure.Note is not null))
                Line(text, $"- {figure.What}: {figure.Note}");
            text.Append('\n');
        }
        return text.ToString();
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) switch { 0 => "0", < 0.01 => "0.####", < 10 => "0.00", < 1000 => "0.#", _ => "#,0" }, CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
