using System.Diagnostics;
using Pinacle.Benchmarks.Measuring;
using Pinacle.Contracts;
using Pinacle.Podd.HostTests.Pods;

namespace Pinacle.Benchmarks.Pods;

/// <summary>How much slower a pod's slowest answers become by what another pod does.</summary>
public static class NoiseRow
{
    private const int Port = 8000;
    private const int PhaseSeconds = 4;

    /// <summary>Measures it.</summary>
    public static async Task<IReadOnlyList<Figure>> Run(PoddUnderTest podd, int rounds)
    {
        var neighbour = PoddProcess.Spec(Guid.CreateVersion7().ToString(), "neighbour") with
        {
            Tier = "dev.medium",
            Services = [new ServiceSpec("web", Port, $"node -e \"require('http').createServer((request, response) => response.end('fine')).listen({Port}, '0.0.0.0')\"", ".")],
        };
        using var client = new HttpClient();
        var page = new Uri($"http://{(await podd.Create(neighbour)).Address}:{Port}/");
        await Answers(client, page);
        var figures = new List<Figure>();
        foreach (var noise in Noise.All)
            figures.Add(await Measure(podd, noise, client, page, Math.Max(rounds / 4, 3)));
        await podd.Remove(neighbour.Id);
        return figures;
    }

    private static async Task<Figure> Measure(PoddUnderTest podd, Noise noise, HttpClient client, Uri page, int rounds)
    {
        var (ratios, quiet, noisy, slowest) = (new List<double>(), new List<double>(), new List<double>(), 0.0);
        for (var round = 0; round < rounds; round++)
        {
            var noisemaker = Noise.Spec(Guid.CreateVersion7().ToString());
            await podd.Create(noisemaker);
            var alone = await Phase(client, page);
            var making = podd.Podd.Http.PostAsync(new Uri($"/v1/pods/{noisemaker.Id}/exec", UriKind.Relative), PoddProcess.Body(new ExecSpec { Command = ["bash", "-c", noise.Command], Timeout = PhaseSeconds + 2 }));
            await Task.Delay(TimeSpan.FromSeconds(1)); // until it is at it
            var asking = SlowestAnswer(podd);
            var beside = await Phase(client, page);
            slowest = Math.Max(slowest, await asking);
            using (await making)
            {
                // It may well have killed its own pod.
            }
            await podd.Remove(noisemaker.Id);
            var (a, b) = (Estimate.Quantile(alone, 0.99), Estimate.Quantile(beside, 0.99));
            ratios.Add(b / a);
            quiet.Add(a);
            noisy.Add(b);
        }
        var ratio = Estimate.Of(ratios);
        return new Figure("noise", $"p99 of a pod beside a {noise.Name} / without", ratio.Median, "×", 1.5, ratio.Low, ratio.High, $"{Estimate.Of(quiet).Median * 1000:0.00} ms without, {Estimate.Of(noisy).Median * 1000:0.00} ms beside; no request failed; podd's slowest answer meanwhile took {slowest * 1000:0} ms");
    }

    // Sorted seconds of one request after the other; one that fails ends the run.
    private static async Task<double[]> Phase(HttpClient client, Uri page)
    {
        var (seconds, begun) = (new List<double>(), Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < PhaseSeconds)
        {
            var clock = Stopwatch.GetTimestamp();
            _ = await client.GetByteArrayAsync(page);
            seconds.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
        }
        return [.. seconds.Order()];
    }

    private static async Task<double> SlowestAnswer(PoddUnderTest podd)
    {
        var (slowest, begun) = (0.0, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < PhaseSeconds)
        {
            var clock = Stopwatch.GetTimestamp();
            _ = await podd.Podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport);
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(clock).TotalSeconds);
            await Task.Delay(100);
        }
        return slowest;
    }

    private static async Task Answers(HttpClient client, Uri page)
    {
        while (true)
        {
            try
            {
                _ = await client.GetByteArrayAsync(page);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }
    }
}
