namespace Pinacle.Benchmarks.Measuring;

/// <summary>A median, and where it lies with 95 % confidence.</summary>
/// <param name="Median">The middle of the samples.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Estimate(double Median, double Low, double High)
{
    /// <summary>Of samples of whatever distribution: the interval is between two of the samples, by the binomial distribution of their ranks (normal approximation).</summary>
    public static Estimate Of(IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("cannot take the median of nothing", nameof(samples));
        var half = 1.96 * Math.Sqrt(sorted.Length) / 2;
        var (low, high) = ((int)Math.Floor((sorted.Length / 2.0) - half), (int)Math.Ceiling((sorted.Length / 2.0) + half));
        return new Estimate(Quantile(sorted, 0.5), sorted[Math.Clamp(low, 0, sorted.Length - 1)], sorted[Math.Clamp(high, 0, sorted.Length - 1)]);
    }

    /// <summary>The value that so large a part of the sorted samples does not exceed.</summary>
    public static double Quantile(double[] sorted, double part)
    {
        var place = (sorted.Length - 1) * part;
        var below = (int)Math.Floor(place);
        return below + 1 < sorted.Length ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
