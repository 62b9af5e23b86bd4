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

    public ActivityTests() => _activity = new Activity(_time, Window, 0.1);

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

    [Fact]
    public void A_tab_that_nobody_looks_at_keeps_a_pod_active_for_four_hours_after_somebody_did_something_and_no_longer()
    {
        _activity.Note("a terminal");
        Poll(TimeSpan.FromHours(4) - TimeSpan.FromSeconds(30));
        Assert.Equal((IdleState.Active, "a request of an open page 0 s ago"), (Report().State, Report().Because));
        var last = _time.GetUtcNow();
        Poll(TimeSpan.FromMinutes(14));
        // It still answers, so it does not stand still; but it sleeps like one that nothing asks.
        Assert.False(_activity.IsIdle(Record(), null));
        Assert.Equal(_time.GetUtcNow() - last, _activity.Quiet(Record(), null));
        Assert.Equal((IdleState.Idle, last.AddMinutes(15)), (Report().State, Report().SleepsAt));
        Assert.Contains("nobody has used the pod for 4 h", Report().Because, StringComparison.Ordinal);
        _time.Advance(Window);
        Assert.True(_activity.IsIdle(Record(), null));
    }

    [Theory]
    [InlineData("a request")]
    [InlineData("a terminal")]
    [InlineData("a command")]
    public void Whatever_somebody_does_begins_the_four_hours_again(string what)
    {
        Poll(TimeSpan.FromHours(3));
        _activity.Note(what);
        Poll(TimeSpan.FromHours(3));
        Assert.Equal(IdleState.Active, Report().State);
    }

    [Fact]
    public void What_the_pod_computes_or_downloads_by_itself_is_use_for_as_long_as_it_takes()
    {
        for (var hour = 0; hour < 10; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            _activity.Sample(hour % 2 == 0 ? 0.8 : 0, 5000);
            _activity.Sample(hour % 2 == 0 ? 0.8 : 0, 5000);
            Assert.Equal((IdleState.Active, hour % 2 == 0 ? "a process that used 0.8 CPU 0 s ago" : "network traffic 0 s ago"), (Report().State, Report().Because));
        }
    }

    [Fact]
    public void What_podd_carries_into_a_pod_and_out_of_it_is_not_the_pods_own_traffic()
    {
        _time.Advance(TimeSpan.FromHours(1));
        for (var sample = 0; sample < 60; sample++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            // A page polls: 200 bytes there, 3,000 back, and what TCP adds.
            _activity.Carried(200);
            _activity.Carried(3000);
            _activity.Sample(0, 3200 + 460);
        }
        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(5), _activity.Quiet(Record(), null));
        _activity.Sample(0, 60_000);
        _activity.Sample(0, 0);
        Assert.Equal(TimeSpan.Zero, _activity.Quiet(Record(), null));
    }

    [Fact]
    public void Traffic_that_podd_comes_to_carry_only_after_a_sample_saw_it_is_not_taken_for_the_pods_own()
    {
        _time.Advance(TimeSpan.FromHours(1));
        _activity.Sample(0, 100_000);
        _activity.Carried(100_000);
        _activity.Sample(0, 0);
        Assert.Equal(TimeSpan.FromHours(1), _activity.Quiet(Record(), null));
    }

    private void Poll(TimeSpan duration)
    {
        for (var end = _time.GetUtcNow() + duration; _time.GetUtcNow() < end;)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            _activity.NoteUnattended("a request of an open page");
        }
    }

    private static PodRecord Record() => new()
    {
        Spec = new PodSpec { Id = "0198c1d2-0000-7000-8000-000000000000", Epoch = 1, Name = "demo", Owner = "alice", Image = new ImageRef("default"), Tier = "dev.small", HostName = "demo" },
        Slot = 0,
        State = PodState.Running,
    };

    private IdleReport Report() => _activity.Report(Record(), null);
}
