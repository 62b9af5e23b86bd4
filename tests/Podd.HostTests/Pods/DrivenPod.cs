using System.Globalization;
using System.Text.Json;
using Pinacle.Contracts;
using Xunit;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>A pod with which a caller does one thing after the other, as chance has it, and who asks again for what was cut: as web's jobs do.</summary>
internal sealed class DrivenPod(PoddProcess podd, string name, Random chance)
{
    private enum Act
    {
        Create,
        Start,
        Stop,
        Sleep,
        Resize,
        Write,
        Delete,
    }

    private const string File = "/workspace/count";
    private Act? _cut;
    private string _tier = "dev.small";
    private PodState? _state; // null: it does not exist
    private int _written;

    /// <summary>Another pod after each delete.</summary>
    public string Id { get; private set; } = Guid.CreateVersion7().ToString();

    /// <summary>How many acts were begun.</summary>
    public int Acts { get; private set; }

    /// <summary>How many of them were cut.</summary>
    public int Cut { get; private set; }

    private string Path => $"/v1/pods/{Id}";

    /// <summary>One act after the other until podd is gone.</summary>
    public async Task Drive(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var act = Next();
            Acts++;
            try
            {
                await Do(act);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or JsonException)
            {
                Cut++;
                _cut = act;
                return;
            }
        }
    }

    /// <summary>What was cut can be asked for again and ends well; a pod that was not touched is as it was.</summary>
    public async Task Converges()
    {
        if (_cut is { } cut)
        {
            _cut = null;
            await Do(cut);
        }
        if (_state is not { } expected)
        {
            Assert.DoesNotContain(await podd.Residue(Id), left => left.Contains(Id, StringComparison.Ordinal));
            return;
        }
        var report = await podd.Get(Path, ContractsJson.Default.PodReport);
        Assert.True(report.State == expected, $"{name} is {report.State}, not {expected} ({report.Fault?.Message ?? report.Death?.Message}): {podd.Log}");
        Assert.True(expected != PodState.Asleep || report.Checkpoint is not null, $"{name} has lost its memory: {podd.Log}");
        if (expected == PodState.Running)
            await LostNothing();
    }

    /// <summary>Starts it where it is stopped, looks at its files, and deletes it.</summary>
    public async Task End()
    {
        if (_state is null)
            return;
        await Do(Act.Start);
        await LostNothing();
        await Do(Act.Delete);
    }

    private Act Next() => _state switch
    {
        null => Act.Create,
        PodState.Running => chance.Next(9) switch { 0 => Act.Delete, 1 => Act.Resize, 2 => Act.Stop, 3 or 4 => Act.Sleep, _ => Act.Write },
        PodState.Asleep => chance.Next(6) switch { 0 => Act.Delete, 1 => Act.Stop, _ => Act.Start },
        _ => chance.Next(4) switch { 0 => Act.Delete, 1 => Act.Resize, _ => Act.Start },
    };

    private async Task Do(Act act)
    {
        switch (act)
        {
            case Act.Create:
                await Good(HttpMethod.Put, Path, Spec());
                _state = PodState.Running;
                break;
            case Act.Start:
                await Good(HttpMethod.Post, Path + "/start");
                _state = PodState.Running;
                break;
            case Act.Stop:
                await Good(HttpMethod.Post, Path + "/stop");
                _state = PodState.Stopped;
                break;
            case Act.Sleep:
                await Good(HttpMethod.Post, Path + "/sleep");
                _state = PodState.Asleep;
                break;
            case Act.Resize:
                var tier = _tier == "dev.small" ? "dev.medium" : "dev.small";
                await Good(HttpMethod.Put, Path, Spec() with { Tier = tier });
                _tier = tier;
                break;
            case Act.Write:
                var next = _written + 1;
                var written = await podd.Exec(Id, "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"echo {next} > {File}.new && mv {File}.new {File} && sync"));
                Assert.True(written.ExitCode == 0, written.Stderr);
                _written = next;
                break;
            default:
                await Good(HttpMethod.Delete, Path);
                (_state, _written, _tier, Id) = (null, 0, "dev.small", Guid.CreateVersion7().ToString());
                break;
        }
    }

    private async Task LostNothing()
    {
        // A write whose answer was cut may be there as well.
        var count = await podd.Exec(Id, "bash", "-c", $"cat {File} 2>/dev/null || echo 0");
        Assert.InRange(int.Parse(count.Stdout, CultureInfo.InvariantCulture), _written, _written + 1);
    }

    private async Task Good(HttpMethod method, string path, PodSpec? spec = null)
    {
        var lines = await podd.Act(method, path, spec);
        if (lines is not [.., { Done: true } last])
            throw new IOException($"{method} {path} was cut");
        Assert.True(last.Fault is null, $"{method} {path} of {name}: {last.Fault?.Message} {last.Fault?.Detail}");
    }

    private PodSpec Spec() => PoddProcess.Spec(Id, name) with { Tier = _tier };
}
