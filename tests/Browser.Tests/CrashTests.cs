using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Pinacle.Browser.Tests.Stack;

namespace Pinacle.Browser.Tests;

/// <summary>podd and web are killed as a power cut would (SIGKILL); <c>make run</c> starts them again. Nobody does anything else.</summary>
[Collection(StackCollection.Name)]
public sealed class CrashTests(PinacleStack stack)
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("podd")]
    [InlineData("web")]
    public async Task A_running_pod_answers_as_before_once_what_was_killed_is_back(string program)
    {
        var name = "lives" + program;
        var repository = await stack.Git.Publish(name, ("index.html", "still here"));
        using var alice = await PinacleStack.ApiOf("alice");
        try
        {
            await alice.Create(new { name, repo = repository, tier = "dev.small" }, name);
            await Eventually.Holds("the page is served", BackWithin, () => Serves(alice, name, "still here"));
            var before = await Processes(alice, name);

            await Kill(program);
            await Eventually.Holds("the page is served again", BackWithin, () => Serves(alice, name, "still here"));
            for (var request = 0; request < 50; request++)
                Assert.True(await Serves(alice, name, "still here"), $"request {request} after {program} was back failed");
            Assert.Equal(before, await Processes(alice, name));
            Assert.Equal("running", (string)(await alice.Get($"pods/{name}"))["status"]!);
        }
        finally
        {
            await alice.Delete(name);
        }
    }

    [Theory]
    [InlineData("podd", "boot")]
    [InlineData("podd", "install")]
    [InlineData("web", "boot")]
    [InlineData("web", "install")]
    public async Task A_pod_that_is_being_made_is_finished_once_what_was_killed_is_back(string program, string step)
    {
        var name = $"made{program}{step}";
        var before = await Residue.Look();
        var repository = await stack.Git.Publish(name, ("index.html", "made"), ("pinacle.yaml", """
            version: 1
            install: for tick in $(seq 12); do echo tick $tick; sleep 0.5; done; echo once >> installs.txt
            services:
              web:
                run: python3 -m http.server 8000
                port: 8000
            """));
        using var alice = await PinacleStack.ApiOf("alice");
        try
        {
            await alice.Post("pods", new { name, repo = repository, tier = "dev.small" });
            await Eventually.Holds($"{step} begins", BackWithin, async () => (await Events(alice, name)).Any(line => Phase(line) == "begin" && (string?)line["data"]!["step"] == step));
            await Kill(program);
            await Eventually.Holds("the pod serves", TimeSpan.FromSeconds(120), () => Serves(alice, name, "made"));

            var pod = await alice.Get($"pods/{name}");
            Assert.Equal(("running", "done"), ((string)pod["status"]!, (string)pod["setup"]!["state"]!));
            // The guest went on with a step that had begun: nothing was done twice.
            Assert.Equal("once\n", (await alice.Exec(name, "cat installs.txt")).Stdout);
            // Whoever takes web's job over gets the lines that it missed, and none twice.
            await Eventually.Holds("the log is complete", BackWithin, async () => (await Ticks(alice, name)).Count >= 12);
            Assert.Equal(Enumerable.Range(1, 12).Select(tick => string.Create(CultureInfo.InvariantCulture, $"tick {tick}")), await Ticks(alice, name));
        }
        finally
        {
            await alice.Delete(name);
        }
        await Eventually.Holds("nothing is left", TimeSpan.FromSeconds(30), async () => await Residue.Look() == before);
    }

    private static async Task Kill(string program)
    {
        var process = await PinacleStack.ProcessOf(program);
        await Tool.Run("kill", ["-KILL", process.ToString(CultureInfo.InvariantCulture)]);
        await Eventually.Holds($"{program} is started again", BackWithin, async () => await PinacleStack.ProcessOf(program) != process);
    }

    private static async Task<bool> Serves(Api api, string name, string text)
    {
        var (status, body) = await api.Visit($"web-{name}-alice");
        return status == HttpStatusCode.OK && body.Contains(text, StringComparison.Ordinal);
    }

    // Process ids and start times: the same processes, not others of the same name.
    private static async Task<string> Processes(Api api, string name)
    {
        var (code, output, error) = await api.Exec(name, "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline | grep -q 'http[.]server' && echo ${p#/proc/} $(cut -d' ' -f22 $p/stat); done; true");
        Assert.True(code == 0 && output.Length > 0, error + output);
        return output;
    }

    private static async Task<IReadOnlyList<string>> Ticks(Api api, string name) =>
        [.. (await Events(api, name)).Select(line => (string?)line["message"]).OfType<string>().Where(line => line.StartsWith("tick ", StringComparison.Ordinal))];

    private static async Task<IReadOnlyList<JsonNode>> Events(Api api, string name) =>
        [.. (await api.Get($"pods/{name}/events?limit=1000"))["items"]!.AsArray().OfType<JsonNode>()];

    private static string? Phase(JsonNode line) => (string?)line["data"]?["phase"];
}
