using System.Security.Cryptography;
using System.Text;

namespace Pinacle.Podd.Linux;

/// <summary>What programs find the host's processor to be.</summary>
public static class Processor
{
    /// <summary>Model and features, as <c>/proc/cpuinfo</c> tells them.</summary>
    public static IEnumerable<string> Features =>
        File.ReadLines("/proc/cpuinfo").Where(line => line.StartsWith("model name", StringComparison.Ordinal) || line.StartsWith("flags", StringComparison.Ordinal)).Take(2);

    /// <summary>Lower-case hex SHA-256 of them: a checkpoint that was made on another processor must not be tried.</summary>
    public static string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Features))));
}
