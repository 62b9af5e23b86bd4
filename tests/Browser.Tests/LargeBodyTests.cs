using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Pinacle.Browser.Tests.Stack;
using Pinacle.Podd.HostTests;
using Xunit.Abstractions;

namespace Pinacle.Browser.Tests;

/// <summary>Bodies that no program on their way can hold: through web, podd and the pod's guest, to a service on loopback.</summary>
[Collection(StackCollection.Name)]
public sealed class LargeBodyTests(PinacleStack stack, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Pod = "large";
    private const string Label = "web-large-alice";
    private const long MiB = 1 << 20;

    // Buffers and the collector's own leisure; what is carried is a multiple of it.
    private const long MostGrowth = 64 * MiB;

    private static readonly byte[] Block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog\n", 1490)))[..65536];

    private Api _api = null!;

    public async Task InitializeAsync()
    {
        _api = await PinacleStack.ApiOf("alice");
        await _api.Delete(Pod); // of a run that was cut
        var repository = await stack.Git.Publish($"{Pod}-{Guid.NewGuid():N}", ("app.js", await Repository.App("streams.js")), ("pinacle.yaml", "version: 1\nservices:\n  web:\n    run: node app.js\n    port: 8000\n"));
        await _api.Create(new { name = Pod, repo = repository, tier = "dev.medium" }, Pod);
        await Eventually.Holds("the service answers", TimeSpan.FromSeconds(60), async () => (await _api.Visit(Label)).Body.Contains("Streams", StringComparison.Ordinal));
    }

    public async Task DisposeAsync()
    {
        await _api.Delete(Pod);
        _api.Dispose();
    }

    [Fact]
    [Trait("Category", "Proof")]
    public async Task An_upload_and_a_download_arrive_whole_and_nobody_on_the_way_holds_them()
    {
        var bytes = Proof.Rounds(192, 1024) * MiB;
        var expected = Hash(bytes);
        // What web and podd need once they have carried something is not what they hold.
        await Upload(32 * MiB);
        await Download(32 * MiB);

        var (answer, up) = await Watching(() => Upload(bytes));
        Assert.Equal((bytes, expected), ((long)answer["bytes"]!, (string)answer["hash"]!));
        var (hash, down) = await Watching(() => Download(bytes));
        Assert.Equal(expected, hash);
        foreach (var (name, growth) in up.Concat(down))
            Assert.True(growth < MostGrowth, string.Create(CultureInfo.InvariantCulture, $"{name} grew by {growth / MiB} MiB"));
        Proof.Shown(output, string.Create(CultureInfo.InvariantCulture, $"{bytes / MiB} MiB up and down through web, podd and guest; growth in MiB: {Words(up)} with the upload, {Words(down)} with the download"));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_ends_the_service_s_side_too()
    {
        using (var limit = new CancellationTokenSource())
        {
            using var response = await _api.Open(Label, $"/source?bytes={1L << 40}");
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            await body.ReadExactlyAsync(new byte[MiB], limit.Token);
        }
        await Eventually.Holds("the service sees that its client has gone", TimeSpan.FromSeconds(30), async () => (await _api.Visit(Label, "/aborted")).Body == "1");
    }

    private async Task<JsonObject> Upload(long bytes) => JsonNode.Parse(await _api.Send(Label, "/sink", new Blocks(bytes)))!.AsObject();

    private async Task<string> Download(long bytes)
    {
        using var response = await _api.Open(Label, string.Create(CultureInfo.InvariantCulture, $"/source?bytes={bytes}"));
        await using var body = await response.Content.ReadAsStreamAsync();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(body));
    }

    private async Task<(T Result, Dictionary<string, long> Growth)> Watching<T>(Func<Task<T>> act)
    {
        int[] programs = [await PinacleStack.ProcessOf("web"), await PinacleStack.ProcessOf("podd")];
        var before = (Web: Resident(programs[0]), Podd: Resident(programs[1]), Guest: await Guest());
        var most = before;
        var running = act();
        while (!running.IsCompleted)
        {
            most = (Math.Max(most.Web, Resident(programs[0])), Math.Max(most.Podd, Resident(programs[1])), Math.Max(most.Guest, await Guest()));
            await Task.WhenAny(running, Task.Delay(200));
        }
        return (await running, new() { ["web"] = most.Web - before.Web, ["podd"] = most.Podd - before.Podd, ["guest"] = most.Guest - before.Guest });
    }

    private static long Resident(int process) => Kilobytes(File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status"));

    private async Task<long> Guest() => Kilobytes((await _api.Exec(Pod, "cat /proc/1/status", user: "root")).Stdout);

    private static long Kilobytes(string status) =>
        long.Parse(status.Split('\n').First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    private static string Hash(long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = bytes; left > 0; left -= Block.Length)
            hash.AppendData(Block.AsSpan(0, (int)Math.Min(left, Block.Length)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Words(Dictionary<string, long> growth) => string.Join(", ", growth.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value / (double)MiB:0.0}")));

    private sealed class Blocks(long bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var left = bytes; left > 0; left -= Block.Length)
                await stream.WriteAsync(Block.AsMemory(0, (int)Math.Min(left, Block.Length)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return true;
        }
    }
}
