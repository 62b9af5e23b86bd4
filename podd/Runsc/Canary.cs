using System.Globalization;
using System.Text.Json.Nodes;

namespace Pinacle.Podd.Runsc;

/// <summary>A small sandbox of the self-test: a shell of the host's own files, read-only, without a network. No image need be there yet.</summary>
internal sealed class Canary(string folder, string id)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public string Bundle { get; } = Path.Combine(folder, id);

    public string Log => Path.Combine(Bundle, "log");

    private string[] Lines => File.Exists(Log) ? File.ReadAllText(Log).Split('\n') : [];

    /// <summary>The highest number that it printed.</summary>
    public int LastCount =>
        Lines.Where(line => line.StartsWith("count ", StringComparison.Ordinal))
            .Select(line => int.TryParse(line.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .DefaultIfEmpty(0)
            .Max();

    public bool Said(string line) => Lines.Contains(line, StringComparer.Ordinal);

    public async Task<int> Count(int above, CancellationToken cancellationToken)
    {
        int count;
        while ((count = LastCount) <= above)
            await Task.Delay(Look, cancellationToken);
        return count;
    }

    public void Write(string script)
    {
        Directory.CreateDirectory(Bundle);
        var config = new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["process"] = new JsonObject
            {
                ["user"] = new JsonObject { ["uid"] = 0, ["gid"] = 0 },
                ["args"] = new JsonArray("/bin/sh", "-c", script),
                ["env"] = new JsonArray("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
                ["cwd"] = "/",
            },
            ["root"] = new JsonObject { ["path"] = "/", ["readonly"] = true },
            ["mounts"] = new JsonArray(
                new JsonObject { ["destination"] = "/proc", ["type"] = "proc", ["source"] = "proc" },
                new JsonObject { ["destination"] = "/dev", ["type"] = "tmpfs", ["source"] = "tmpfs" }),
            ["linux"] = new JsonObject
            {
                ["cgroupsPath"] = "/" + id,
                ["namespaces"] = new JsonArray(
                    new JsonObject { ["type"] = "pid" }, new JsonObject { ["type"] = "mount" }, new JsonObject { ["type"] = "network" }),
            },
        };
        File.WriteAllText(Path.Combine(Bundle, "config.json"), config.ToJsonString());
    }
}
