using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Commands;
using Pinacle.Podd.HostTests.Hosts;
using Pinacle.Podd.HostTests.Pods;
using Pinacle.Podd.Storage;
using Xunit;

namespace Pinacle.Podd.HostTests.Storage;

/// <summary>A pool that runs full, and one that grows, under a pod that writes all the while.</summary>
public sealed class PoolTests : IAsyncLifetime
{
    private const string Write = "i=0; while i=$((i+1)); do echo $i >/workspace/count && sync || echo $i >>/workspace/failed; done";

    private readonly PoddProcess _podd = new(PoddPlace.Tests, poolSize: "20G", poolMayOutgrowDisk: false);
    private readonly string _writer = Guid.CreateVersion7().ToString();
    private readonly string _late = Guid.CreateVersion7().ToString();
    private readonly PoddVerb _verb;

    public PoolTests() => _verb = new PoddVerb(_podd);

    private string File => Path.Combine(_verb.Folder, "pool.img");

    private long Free => new DriveInfo(_podd.Pool).AvailableFreeSpace;

    public Task InitializeAsync() => _podd.InitializeAsync();

    public Task DisposeAsync() => _podd.DisposeAsync();

    [SkippableFact]
    public async Task A_pool_that_fills_up_says_so_and_refuses_in_time_and_takes_pods_again_once_it_has_grown_under_one_that_writes()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        var spec = PoddProcess.Spec(_writer, "writer") with { Services = [new ServiceSpec("count", 8000, Write, ".")] };
        Assert.Null((await _podd.Act(HttpMethod.Put, $"/v1/pods/{_writer}", spec))[^1].Fault);
        Assert.Empty((await Host()).Alerts);
        await PoddProcess.Eventually(WritesPastTheCache, "what pods write is copied into the host's page cache");

        await Fill((long)(0.19 * (await Host()).Capacity.Disk));
        await Alerts("is 8");
        await Fill((long)(0.097 * (await Host()).Capacity.Disk));
        await Alerts("new pods will soon be refused");
        await Fill(PoolGuard.Reserve - (64 << 20));
        await Alerts("new pods are refused");
        var refused = (await _podd.Act(HttpMethod.Put, $"/v1/pods/{_late}", PoddProcess.Spec(_late, "late")))[^1].Fault!;
        Assert.Equal((FaultKind.HostFull, "cannot make pod late on host host-test: its pool has no room"), (refused.Kind, refused.Message));
        Assert.Contains("grow the pool", refused.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(await _podd.Residue(_late), left => left.Contains(_late, StringComparison.Ordinal));

        var last = await Fill(PoolGuard.StartReserve - (8 << 20));
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{_writer}/stop"))[^1].Fault);
        var full = (await _podd.Act(HttpMethod.Post, $"/v1/pods/{_writer}/start"))[^1].Fault!;
        Assert.Equal((FaultKind.DiskFull, "cannot start pod writer on host host-test: its pool is full"), (full.Kind, full.Message));
        Assert.Equal(PodState.Stopped, (await _podd.Get($"/v1/pods/{_writer}", ContractsJson.Default.PodReport)).State);
        last.ForEach(System.IO.File.Delete);
        await PoddProcess.Eventually(() => Task.FromResult(Free > 2 * PoolGuard.StartReserve), "the space does not come back");
        Assert.Null((await _podd.Act(HttpMethod.Post, $"/v1/pods/{_writer}/start"))[^1].Fault);
        Assert.Contains($"warn PoolGuard: the pool at {_podd.Pool} is 9", _podd.Log, StringComparison.Ordinal);

        Assert.Contains("smaller", (await _verb.Run(["pool", "grow", "--size", "1G"], 2)).Stderr, StringComparison.Ordinal);
        Assert.Contains("of its disk, which has", (await _verb.Run(["pool", "grow", "--size", "900T"], 1)).Stderr, StringComparison.Ordinal);
        await Moves();
        Assert.Contains("has 24 GiB", (await _verb.Run(["pool", "grow", "--size", "24G"])).Stdout, StringComparison.Ordinal);
        await _verb.Run(["pool", "grow", "--size", "24G"]);
        await Moves();
        Assert.True(await WritesPastTheCache());
        Assert.Equal("", (await _podd.Exec(_writer, "sh", "-c", "cat /workspace/failed 2>/dev/null; true")).Stdout);
        await PoddProcess.Eventually(async () => (await Host()).Capacity.Disk == 24L << 30, "the report does not tell of the new size");
        Assert.Null((await _podd.Act(HttpMethod.Put, $"/v1/pods/{_late}", PoddProcess.Spec(_late, "late")))[^1].Fault);

        // The file now claims what its disk has not got.
        await PoddProcess.Output("truncate", "-s", "8T", File);
        await Alerts("is sparse and may still take");
        var more = Guid.CreateVersion7().ToString();
        var outgrown = (await _podd.Act(HttpMethod.Put, $"/v1/pods/{more}", PoddProcess.Spec(more, "more")))[^1].Fault!;
        Assert.Equal(FaultKind.HostFull, outgrown.Kind);
        Assert.Contains(File, outgrown.Detail, StringComparison.Ordinal);
        await PoddProcess.Output("truncate", "-s", "24G", File);
        Assert.Null((await _podd.Act(HttpMethod.Put, $"/v1/pods/{more}", PoddProcess.Spec(more, "more")))[^1].Fault);

        foreach (var id in new[] { _writer, _late, more })
            Assert.True((await _podd.Act(HttpMethod.Delete, $"/v1/pods/{id}"))[^1] is { Done: true, Fault: null });
    }

    private Task<HostReport> Host() => _podd.Get(PoddRoutes.Host, ContractsJson.Default.HostReport);

    private Task Alerts(string words) =>
        PoddProcess.Eventually(async () => (await Host()).Alerts.Any(alert => alert.Contains(words, StringComparison.Ordinal)), $"podd does not alert: {words}");

    private async Task<bool> WritesPastTheCache() => (await PoddProcess.Output("losetup", "--noheadings", "--output", "DIO", "--associated", File)).Trim() == "1";

    // The writer's count goes up: each one was synced.
    private async Task Moves()
    {
        var before = await Count();
        await PoddProcess.Eventually(async () => await Count() > before, $"the pod does not write any more after {before}");
    }

    private async Task<int> Count() =>
        int.TryParse((await _podd.Exec(_writer, "cat", "/workspace/count")).Stdout, CultureInfo.InvariantCulture, out var count) ? count : 0;

    // Extents that are really taken from the file system, until no more than so much is free.
    private async Task<List<string>> Fill(long left)
    {
        var files = new List<string>();
        for (long piece = 1L << 30; Free > left;)
        {
            piece = Math.Min(piece, Math.Max((Free - left) / 2, 4 << 20));
            var file = Path.Combine(_podd.Pool, $"filler-{Guid.NewGuid():N}");
            files.Add(file);
            try
            {
                await PoddProcess.Output("fallocate", "--length", piece.ToString(CultureInfo.InvariantCulture), file);
            }
            catch (HostCommandException) when (piece > 4 << 20)
            {
                piece /= 2;
            }
        }

        return files;
    }
}
