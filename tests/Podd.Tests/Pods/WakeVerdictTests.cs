using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.Tests.Pods;

/// <summary>Which pods are taken for broken after their wake, and which are not.</summary>
public sealed class WakeVerdictTests
{
    [Fact]
    public void A_pod_that_is_quiet_and_answers_is_well_after_ten_seconds()
    {
        var verdict = new WakeVerdict(before: 0.04, most: 1, [8000]);
        Assert.Equal([8000], verdict.Silent);
        for (var second = 0; second < WakeVerdict.Seconds; second++)
        {
            Assert.False(verdict.IsWell);
            Assert.Null(See(verdict, 0.05));
        }
        Assert.True(verdict.IsWell);
        Assert.Empty(verdict.Silent);
    }

    [Theory]
    [InlineData(0.04, 1, 0.9)]
    [InlineData(0.04, 0.5, 0.5)] // the tier allows no more
    [InlineData(0.04, 4, 0.7)]
    public void A_pod_that_computes_without_a_request_is_known_within_ten_seconds(double before, double most, double cores)
    {
        var verdict = new WakeVerdict(before, most, []);
        var told = Enumerable.Range(0, WakeVerdict.Seconds).Select(_ => See(verdict, cores)).FirstOrDefault(told => told is not null);
        Assert.Contains("spinning", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.04, 1, 0.25, 0.7)]
    [InlineData(0.04, 1, 0.2, 3)] // of several threads
    [InlineData(0.04, 0.5, 0.2, 0.7)]
    public void A_pod_that_computes_all_that_others_leave_it_is_known_within_a_minute(double before, double most, double cores, double waited)
    {
        var verdict = new WakeVerdict(before, most, []);
        var told = Enumerable.Range(0, WakeVerdict.MostSeconds).Select(_ => See(verdict, cores, waited: waited)).FirstOrDefault(told => told is not null);
        Assert.Contains("spinning", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.04, 1, 0.04, 0.3)] // what it does now and then takes longer
    [InlineData(0.3, 1, 0.3, 2)]
    [InlineData(0.04, 1, 0.09, 3)] // too little to judge by
    public void A_pod_that_waits_for_the_cores_of_a_busy_host_is_left_alone(double before, double most, double cores, double waited)
    {
        var verdict = new WakeVerdict(before, most, []);
        for (var second = 0; second < WakeVerdict.MostSeconds; second++)
            Assert.Null(See(verdict, cores, waited: waited));
        Assert.True(verdict.IsWell);
    }

    [Fact]
    public void A_pod_that_computes_is_known_although_others_leave_it_nothing_at_times()
    {
        var verdict = new WakeVerdict(0.02, 0.5, []);
        var told = Enumerable.Range(0, WakeVerdict.SuspectSeconds).TakeWhile(_ => !verdict.IsWell)
            .Select(second => See(verdict, second % 3 == 1 ? 0.01 : 0.06, waited: 3)).FirstOrDefault(told => told is not null);
        Assert.Contains("spinning", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_that_has_nothing_of_a_busy_host_is_left_alone_in_the_end()
    {
        var verdict = new WakeVerdict(0.02, 1, []);
        Assert.Null(See(verdict, 0.3, waited: 3));
        for (var second = 1; second < WakeVerdict.SuspectSeconds; second++)
        {
            Assert.False(verdict.IsWell);
            Assert.Null(See(verdict, 0.01, waited: 3));
        }
        Assert.True(verdict.IsWell);
    }

    [Fact]
    public void A_pod_that_catches_up_on_a_busy_host_has_longer_for_it()
    {
        var verdict = new WakeVerdict(0.04, 1, []);
        for (var second = 0; second < 20; second++)
            Assert.Null(See(verdict, 0.25, waited: 0.75));
        Assert.Null(See(verdict, 0.04));
        Assert.True(verdict.IsWell);
    }

    [Theory]
    [InlineData(0.9, 1, 0.9)] // it did before
    [InlineData(0.04, 1, 0.5)] // not what a spin takes
    [InlineData(0.3, 0.5, 0.5)]
    public void A_pod_that_uses_what_it_used_or_less_than_a_spin_is_left_alone(double before, double most, double cores)
    {
        var verdict = new WakeVerdict(before, most, []);
        for (var second = 0; second < WakeVerdict.MostSeconds; second++)
            Assert.Null(See(verdict, cores));
        Assert.True(verdict.IsWell);
    }

    [Fact]
    public void A_pod_that_computes_for_its_requests_is_not_spinning_however_long_it_takes()
    {
        var verdict = new WakeVerdict(0.04, 1, []);
        for (var second = 0; second < WakeVerdict.MostSeconds; second++)
        {
            Assert.False(verdict.IsWell);
            Assert.Null(See(verdict, 1, isWorking: second % 5 == 0));
        }
        Assert.True(verdict.IsWell);
    }

    [Fact]
    public void A_pod_that_catches_up_for_some_seconds_is_not_spinning()
    {
        var verdict = new WakeVerdict(0.04, 1, []);
        for (var second = 0; second < 5; second++)
            Assert.Null(See(verdict, 1));
        while (!verdict.IsWell)
            Assert.Null(See(verdict, 0.05));
    }

    [Fact]
    public void A_port_that_reacted_before_and_does_not_any_more_is_deaf_after_ten_seconds()
    {
        var verdict = new WakeVerdict(0.04, 1, [8000, 8001]);
        for (var second = 1; second < WakeVerdict.Seconds; second++)
            Assert.Null(See(verdict, 0.05, deaf: [8001]));
        Assert.Equal([8001], verdict.Silent);
        Assert.Contains("port 8001", See(verdict, 0.05, deaf: [8001]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_reacts_once_is_not_deaf()
    {
        var verdict = new WakeVerdict(0.04, 1, [8000]);
        for (var second = 1; second < WakeVerdict.Seconds; second++)
            Assert.Null(See(verdict, 0.05, deaf: [8000]));
        Assert.Null(See(verdict, 0.05));
        Assert.True(verdict.IsWell);
    }

    [Fact]
    public void A_server_that_is_busy_with_the_request_that_woke_it_has_longer_and_one_that_never_answers_it_has_not()
    {
        var busy = new WakeVerdict(0.04, 1, [8000]);
        for (var second = 0; second < 25; second++)
            Assert.Null(See(busy, 1, isWorking: true, deaf: [8000], asked: [8000]));
        Assert.Null(See(busy, 1, isWorking: true));
        Assert.Null(See(busy, 0.05));
        Assert.True(busy.IsWell);

        var deaf = new WakeVerdict(0.04, 1, [8000]);
        var told = Enumerable.Range(1, 40).TakeWhile(_ => See(deaf, 1, isWorking: true, deaf: [8000], asked: [8000]) is null).Count();
        Assert.Equal(29, told);
    }

    private static string? See(WakeVerdict verdict, double cores, bool isWorking = false, int[]? deaf = null, int[]? asked = null, double waited = 0) =>
        verdict.See(cores, waited, isWorking, port => deaf?.Contains(port) == true, port => asked?.Contains(port) == true);
}
