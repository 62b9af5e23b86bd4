using System.Security.Cryptography;
using System.Text.Json;

namespace Pinacle.Contracts;

/// <summary>Tells whether a host holds the spec that web means, without sending it back.</summary>
public static class PodSpecHash
{
    /// <summary>The lower-case hex SHA-256 of the spec's JSON without its secrets; dictionaries in ordinal order of their keys.</summary>
    public static string Of(PodSpec spec)
    {
        var canonical = spec with { SecretEnv = null, Environment = Sorted(spec.Environment) };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(canonical, ContractsJson.Default.PodSpec)));
    }

    private static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> values)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
            sorted[name] = value;
        return sorted;
    }
}
