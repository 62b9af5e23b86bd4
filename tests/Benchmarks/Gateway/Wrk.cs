using System.Globalization;
using Pinacle.Podd.Commands;

namespace Pinacle.Benchmarks.Gateway;

/// <summary>One run of <c>wrk</c>: so many connections that each ask again as soon as they are answered.</summary>
/// <param name="Requests">Answered ones.</param>
/// <param name="PerSecond">Of them.</param>
/// <param name="Median">Seconds.</param>
/// <param name="Slowest">Seconds that 99 of 100 do not exceed.</param>
public sealed record Wrk(long Requests, double PerSecond, double Median, double Slowest)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidOperationException">A request failed: the figure would be of something else.</exception>
    public static async Task<Wrk> Run(HostCommand command, Uri target, int connections, int seconds, params string[] headers)
    {
        var said = (await command.Run("wrk", ["--latency", "-t1", $"-c{connections.ToString(CultureInfo.InvariantCulture)}", $"-d{seconds.ToString(CultureInfo.InvariantCulture)}s", .. headers.SelectMany(header => (string[])["-H", header]), target.ToString()], TimeSpan.FromSeconds(seconds + 30))).Stdout;
        if (said.Contains("Non-2xx", StringComparison.Ordinal) || said.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"cannot measure {target}: {said}");
        var lines = said.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1).ToList();
        return new Wrk(
            long.Parse(lines.First(words => words[1] == "requests")[0], CultureInfo.InvariantCulture),
            Number(lines.First(words => words[0] == "Requests/sec:")[1]),
            Seconds(lines.First(words => words[0] == "50%")[1]),
            Seconds(lines.First(words => words[0] == "99%")[1]));
    }

    private static double Seconds(string text) =>
        text.EndsWith("us", StringComparison.Ordinal) ? Number(text[..^2]) * 1e-6
        : text.EndsWith("ms", StringComparison.Ordinal) ? Number(text[..^2]) * 1e-3
        : Number(text[..^1]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
