using Microsoft.Extensions.Time.Testing;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.Tests.Pods;

/// <summary>What counts as use of a pod, by a clock that the test moves.</summary>
public sealed class ActivityTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 18, 0, 0, TimeSpan.Zero));
    private readonly Activity _activity;

    public ActivityTests() => _activity = new Activity(_time, Window);

    [Fact]
    public void A_pod_is_idle_when_nothing_has_used_it_for_the_windows_length_and_sleeps_that_long_after_the_last_use()
    {
        _activity.Note("a request");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((IdleState.Active, "a request 59 s ago"), (Report().State, Report().Because));
        Assert.False(_activity.IsIdle(Record(), null));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_activity.IsIdle(Record(), null));
        Assert.Equal((IdleState.Idle, _time.GetUtcNow() + TimeSpan.FromSeconds(840)), (Report().State, Report().SleepsAt));
    }

    [Fact]
    public void A_lease_is_use_until_it_ends_and_the_pod_sleeps_so_long_after_its_end_as_after_any_other_use()
    {
        var until = _time.GetUtcNow().AddMinutes(30);
        var record = Record() with { AwakeUntil = until };
        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.Zero, _activity.Quiet(record, null));
        Assert.False(_activity.IsIdle(record, null));
        var report = _activity.Report(record, null);
        Assert.Equal((IdleState.Active, "kept awake until 18:30 UTC", until), (report.State, report.Because, report.AwakeUntil));
        Assert.Equal(until.AddMinutes(15), report.SleepsAt);

        _time.Advance(TimeSpan.FromSeconds(50) + TimeSpan.FromTicks(1));
        report = _activity.Report(record, null);
        Assert.Equal((IdleState.Active, "the end of its lease 50 s ago", null), (report.State, report.Because, report.AwakeUntil));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_activity.IsIdle(record, null));
    }

    [Fact]
    public void A_use_after_the_end_of_a_lease_counts_by_itself()
    {
        var record = Record() with { AwakeUntil = _time.GetUtcNow().AddMinutes(1) };
        _time.Advance(TimeSpan.FromMinutes(10));
        _activity.Note("a request");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a request 5 s ago", _activity.Report(record, null).Because);
    }

    private static PodRecord Record() => new()
    {
        Spec = new PodSpec { Id = "0198c1d2-0000-7000-8000-000000000000", Epoch = 1, Name = "demo", Owner = "alice", Image = new ImageRef("default"), Tier = "dev.small", HostName = "demo" },
        Slot = 0,
        State = PodState.Running,
    };

    private IdleReport Report() => _activity.Report(Record(), null);
}
