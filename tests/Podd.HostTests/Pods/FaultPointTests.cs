using Pinacle.Contracts;
using Pinacle.Podd.Pods;
using Xunit;
using static Pinacle.Podd.Pods.FaultPoint;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>podd is killed at every point of every act. The next one brings the pod to the goal or to nothing, the act can be asked for again, and a delete leaves nothing.</summary>
public sealed class FaultPointTests(PoddProcess podd) : IClassFixture<PoddProcess>
{
    private static readonly IReadOnlyDictionary<string, FaultPoint[]> Acts = new Dictionary<string, FaultPoint[]>(StringComparer.Ordinal)
    {
        ["create"] = [CreateRecorded, DiskMade, NetworkAttached, BundleWritten, SandboxStarted, GuestAnswered, SandboxRecorded, Configured, MadeRecorded, SetupRecorded, SetupEnded],
        ["start"] = [StartRecorded, NetworkAttached, SandboxStarted, SandboxRecorded],
        ["stop"] = [StopRecorded, ServicesStopped, ProcessesEnded, CgroupRemoved, NetworkDetached],
        ["resize"] = [TierRecorded, DiskLimited],
        ["sleep"] = [SleepRecorded, HungUp, MemoryWritten, AsleepRecorded, ProcessesEnded, NetworkDetached],
        ["wake"] = [WakeRecorded, NetworkAttached, BundleWritten, SandboxStarted, GuestAnswered, SandboxRecorded, AwakeRecorded],
        ["freeze"] = [TapOpened, FaultPoint.Frozen],
        ["thaw"] = [Thawed],
        ["delete"] = [DeleteRecorded, ProcessesEnded, DiskDeleted, RecordDeleted],
    };

    private readonly string _id = Guid.CreateVersion7().ToString();

    public static TheoryData<string, FaultPoint> Points
    {
        get
        {
            var points = new TheoryData<string, FaultPoint>();
            foreach (var (act, at) in Acts.SelectMany(act => act.Value.Select(point => (act.Key, point))))
                points.Add(act, at);
            return points;
        }
    }

    private string Path => $"/v1/pods/{_id}";

    [Fact]
    public void Every_fault_point_is_one_that_podd_is_killed_at() =>
        Assert.Equal(Enum.GetValues<FaultPoint>(), Acts.Values.SelectMany(points => points).Distinct().Order());

    [SkippableTheory]
    [MemberData(nameof(Points))]
    public async Task Podd_is_killed_and_the_act_can_be_finished(string act, FaultPoint point)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Revive(); // after a test that failed
        await Prepare(act);
        await podd.KillItselfAt(point);
        var cut = Do(act);
        Assert.True(await podd.KilledItself(), $"{act} did not come to {point}: {podd.Log}");
        await Record.ExceptionAsync(() => cut); // cut off, or ended just before

        await podd.Start();
        if (act == "create" && await podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport) is [{ State: PodState.Failed } failed])
        {
            Assert.Contains("podd was restarted", failed.Fault!.Message, StringComparison.Ordinal);
            Assert.Equal([System.IO.Path.Combine(podd.Root, "pods", _id)], await podd.Residue(_id));
        }
        if (act == "resize")
            Assert.Contains(Tier.Find("dev.medium")!.Disk.ToString(System.Globalization.CultureInfo.InvariantCulture), await PoddProcess.Output("btrfs", "qgroup", "show", "-re", "--raw", podd.Pool), StringComparison.Ordinal);
        await Do(act);
        await Reached(act);

        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
        Assert.Empty(await podd.Get("/v1/pods", ContractsJson.Default.IReadOnlyListPodReport));
    }

    private async Task Prepare(string act)
    {
        if (act == "create")
            return;
        await Create();
        Assert.Equal(0, (await podd.Exec(_id, "bash", "-c", "echo mine > /workspace/file && sync")).ExitCode);
        if (act == "start")
            await podd.Act(HttpMethod.Post, Path + "/stop");
        if (act == "wake")
            await Good(HttpMethod.Post, Path + "/sleep");
        if (act == "thaw")
            await Freeze();
    }

    private Task Do(string act) => act switch
    {
        "create" => Create(),
        "start" => Good(HttpMethod.Post, Path + "/start"),
        "sleep" => Good(HttpMethod.Post, Path + "/sleep"),
        "wake" => Good(HttpMethod.Post, Path + "/wake"),
        "stop" => Good(HttpMethod.Post, Path + "/stop"),
        "resize" => Good(HttpMethod.Put, Path, Spec() with { Tier = "dev.medium" }),
        "freeze" => Freeze(),
        "thaw" => podd.Exec(_id, "true"),
        _ => Good(HttpMethod.Delete, Path),
    };

    private async Task Reached(string act)
    {
        if (act == "delete")
            return;
        var report = await podd.Get(Path, ContractsJson.Default.PodReport);
        Assert.Equal(act switch { "stop" => PodState.Stopped, "sleep" => PodState.Asleep, _ => PodState.Running }, report.State);
        Assert.Equal(act == "sleep", report.Checkpoint is not null);
        Assert.True(act != "wake" || report.Wake is { Cold: false }, report.Wake?.Because);
        if (act is "stop" or "sleep")
            return;
        Assert.Equal(SetupState.Done, report.Setup.State);
        Assert.Equal(0, (await podd.Exec(_id, "test", "-e", act == "create" ? "/workspace/installed" : "/workspace/file")).ExitCode);
    }

    private Task Create() => Good(HttpMethod.Put, Path, Spec());

    private async Task Good(HttpMethod method, string path, PodSpec? spec = null)
    {
        var last = (await podd.Act(method, path, spec))[^1];
        Assert.True(last is { Done: true, Fault: null }, last.Fault?.Message ?? "cut");
    }

    private Task Freeze() => PoddProcess.Eventually(async () => (await podd.Get(Path, ContractsJson.Default.PodReport)).Frozen, "the pod does not freeze");

    private PodSpec Spec() => PoddProcess.Spec(_id, "cut") with { Setup = new SetupSpec(1, [new SetupStep("install", "touch installed")]) };
}
