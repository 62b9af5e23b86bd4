using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pinacle.Podd.Images;

/// <summary>What podd takes from an OCI image's configuration (image-spec, config.md). Entrypoint and command are not among it: a pod's services say what runs.</summary>
/// <param name="Environment">Its environment.</param>
/// <param name="User">Who its processes run as: a name or number, with <c>:group</c> or not; empty for root.</param>
internal sealed partial record OciConfig(IReadOnlyDictionary<string, string> Environment, string User)
{
    /// <summary>Reads what <c>skopeo inspect --config</c> prints.</summary>
    public static OciConfig Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("config", out var config) || config.ValueKind != JsonValueKind.Object)
            return new OciConfig(new Dictionary<string, string>(StringComparer.Ordinal), "");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (config.TryGetProperty("Env", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            // A name that no shell could set is left out: podd would refuse it from web, too.
            foreach (var entry in entries.EnumerateArray().Select(entry => (entry.GetString() ?? "").Split('=', 2)).Where(entry => entry.Length == 2 && Name().IsMatch(entry[0])))
                environment[entry[0]] = entry[1];
        }
        return new OciConfig(environment, config.TryGetProperty(nameof(User), out var user) ? user.GetString() ?? "" : "");
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
