namespace Pinacle.Contracts;

/// <summary>A size of pod.</summary>
/// <param name="Name">As it stands in specs, tables and pages.</param>
/// <param name="Cpu">Cores.</param>
/// <param name="Memory">Bytes; no swap on top.</param>
/// <param name="Disk">Bytes of newly written data.</param>
/// <param name="PricePerMonth">US dollars, for the cost shown to people.</param>
public sealed record Tier(string Name, double Cpu, long Memory, long Disk, decimal PricePerMonth)
{
    private const long Gigabyte = 1L << 30;

    /// <summary>The tiers, smallest first.</summary>
    public static IReadOnlyList<Tier> All { get; } =
    [
        new("dev.small", 0.5, 1 * Gigabyte, 10 * Gigabyte, 6),
        new("dev.medium", 1, 2 * Gigabyte, 20 * Gigabyte, 12),
        new("dev.large", 2, 4 * Gigabyte, 40 * Gigabyte, 24),
        new("dev.xlarge", 4, 8 * Gigabyte, 80 * Gigabyte, 48),
    ];

    /// <summary>The tier of that name, or null.</summary>
    public static Tier? Find(string? name) => All.FirstOrDefault(tier => string.Equals(tier.Name, name, StringComparison.Ordinal));
}
