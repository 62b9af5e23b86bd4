using System.Globalization;

namespace Pinacle.Podd.Hosts;

/// <summary>The machine's memory, by proc_meminfo(5).</summary>
public static class MemoryInfo
{
    /// <summary>Bytes that the kernel can use.</summary>
    public static long Total => Bytes("MemTotal:");

    /// <summary>Bytes that programs could get now without swapping.</summary>
    public static long Available => Bytes("MemAvailable:");

    private static long Bytes(string key) =>
        1024 * long.Parse(File.ReadLines("/proc/meminfo").First(line => line.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
