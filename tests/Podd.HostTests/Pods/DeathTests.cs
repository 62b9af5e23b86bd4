using System.Globalization;
using System.Text.Json.Nodes;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod's sandbox ends unasked, in the ways that people and hosts have; its certificate says what can be proved of it.</summary>
public sealed class DeathTests(PoddProcess podd) : IClassFixture<PoddProcess>, IAsyncLifetime
{
    private readonly string _id = Guid.CreateVersion7().ToString();

    private string Path => $"/v1/pods/{_id}";

    public async Task InitializeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        await podd.Revive();
        Assert.Null((await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "mortal") with { Sleep = new SleepPolicy(0, AlwaysOn: true) }))[^1].Fault);
    }

    // Whatever it died of, it can be started again, and leaves nothing: no process, no zombie.
    public async Task DisposeAsync()
    {
        if (PoddProcess.Missing is not null)
            return;
        var started = (await podd.Act(HttpMethod.Post, Path + "/start"))[^1];
        Assert.Equal((PodState.Running, null), (started.Report!.State, started.Report.Death));
        Assert.True((await podd.Act(HttpMethod.Delete, Path))[^1] is { Done: true, Fault: null });
        Assert.Empty(await podd.Residue(_id));
        await PoddProcess.Eventually(() => Task.FromResult(Zombies().Count == 0), $"podd has zombies: {string.Join(", ", Zombies())}");
    }

    [SkippableTheory]
    [InlineData("kill -9 1", 137)]
    [InlineData("kill 1", 143)]
    public async Task A_first_process_that_ends_is_told_with_its_exit_code(string command, int code)
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Cut(command);
        var death = await Died(PodState.Stopped);
        Assert.Equal((DeathCause.Exited, code), (death.Cause, death.ExitCode));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"its first process ended with exit code {code}"), death.Message);
    }

    [SkippableFact]
    public async Task A_sandbox_that_is_killed_on_the_host_is_no_exit_of_its_own()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await PoddProcess.Output("kill", "-9", await SandboxPid());
        var death = await Died(PodState.Stopped);
        Assert.Equal((DeathCause.Unknown, null), (death.Cause, death.ExitCode));
        Assert.Contains("killed from outside (signal 9)", death.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_command_is_answered_when_the_sandbox_that_it_runs_in_is_killed()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        using var body = PoddProcess.Body(new ExecSpec { Command = ["bash", "-c", "touch /workspace/runs; sleep 600"], Timeout = 600 });
        var command = podd.Http.PostAsync(new Uri($"{Path}/exec", UriKind.Relative), body);
        Assert.Equal(0, (await podd.Exec(_id, "bash", "-c", "until test -e /workspace/runs; do sleep 0.1; done")).ExitCode);
        await PoddProcess.Output("kill", "-9", await SandboxPid());
        using var answer = await command;
        Assert.Contains("its sandbox has ended", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Died(PodState.Stopped);
    }

    [SkippableFact]
    public async Task A_memory_file_system_filled_past_the_tier_is_told_as_out_of_memory()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await Cut("mkdir -p /mnt/memory && mount -t tmpfs none /mnt/memory && dd if=/dev/zero of=/mnt/memory/file bs=1M count=4096");
        Assert.Equal(DeathCause.Oom, (await Died(PodState.Stopped)).Cause);
    }

    [SkippableFact]
    public async Task A_pod_that_ends_with_its_disk_full_is_told_so_and_one_that_lost_a_process_to_memory_before_is_not_taken_for_out_of_memory()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Exec(_id, "python3", "-c", "x = []\nwhile True: x.append(b'x' * 50_000_000)");
        // Reserved, which the quota counts like any other extent, in ever smaller parts until nothing fits. The sleep is what makes the killing long ago: podd sees it up to 5 s late, and takes it for recent for 10 s.
        Assert.Equal(0, (await podd.Exec(_id, "bash", "-c", "for m in 9216 512 256 128 64 32 16 8 4 2 1; do fallocate -l ${m}M /workspace/$m; done; sleep 20")).ExitCode);
        await Cut("kill -9 1");
        var death = await Died(PodState.Stopped);
        Assert.Equal((DeathCause.DiskFull, 137), (death.Cause, death.ExitCode));
    }

    [SkippableFact]
    public async Task A_restarted_podd_does_not_guess_the_exit_code_of_a_sandbox_that_it_adopted()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        await podd.Kill();
        await podd.Start();
        await Cut("kill -9 1");
        var death = await Died(PodState.Stopped);
        Assert.Equal((DeathCause.Unknown, null), (death.Cause, death.ExitCode));
        Assert.Contains("podd was restarted since it began", death.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_host_that_was_restarted_has_its_pods_asleep_and_says_so()
    {
        Skip.If(PoddProcess.Missing is not null, PoddProcess.Missing);
        // One that is always on would be woken by podd itself.
        Assert.Null((await podd.Act(HttpMethod.Put, Path, PoddProcess.Spec(_id, "mortal") with { Sleep = new SleepPolicy(0) }))[^1].Fault);
        await podd.Kill();
        var file = System.IO.Path.Combine(podd.Root, "pods", _id, "pod.json");
        var record = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        record["sandbox"]!["bootId"] = Guid.NewGuid().ToString();
        await File.WriteAllTextAsync(file, record.ToJsonString());
        await podd.Start();
        Assert.Equal(DeathCause.HostRestart, (await Died(PodState.Asleep)).Cause);
    }

    // The command does not live to say how it ended.
    private Task Cut(string command) => Record.ExceptionAsync(() => podd.Exec(_id, "sudo", "bash", "-c", command));

    private async Task<DeathCertificate> Died(PodState state)
    {
        PodReport report = null!;
        await PoddProcess.Eventually(async () => (report = await podd.Get(Path, ContractsJson.Default.PodReport)).Death is not null, $"the pod does not die: {podd.Log}");
        Assert.Equal(state, report.State);
        return report.Death!;
    }

    private async Task<string> SandboxPid() => (await File.ReadAllTextAsync(System.IO.Path.Combine(podd.Root, "pods", _id, "sandbox.pid"))).Trim();

    private IReadOnlyList<string> Zombies() =>
        [.. Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(System.IO.Path.GetFileName(folder)[0])).Select(folder => System.IO.Path.Combine(folder, "stat")).Select(Stat)
            .Where(stat => stat.Length > 0 && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is ["Z", var parent, ..] && int.Parse(parent, CultureInfo.InvariantCulture) == podd.ProcessId)];

    private static string Stat(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // not a process, or gone
        }
    }
}
