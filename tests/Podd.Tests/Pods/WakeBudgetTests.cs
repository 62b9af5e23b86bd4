using Microsoft.Extensions.Time.Testing;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;
using Xunit;

namespace Pinacle.Podd.Tests.Pods;

public sealed class WakeBudgetTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 18, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Visitors_wake_a_pod_twelve_times_an_hour_and_are_told_from_when_on_they_may_again()
    {
        var budget = new WakeBudget(_time);
        for (var wake = 0; wake < WakeBudget.Most; wake++)
        {
            budget.Spend("demo");
            _time.Advance(TimeSpan.FromMinutes(4));
        }
        var fault = Assert.Throws<FaultException>(() => budget.Spend("demo")).Fault;
        Assert.Equal((FaultKind.PodAsleep, "cannot wake pod demo for a visitor: visitors have woken it 12 times in the last hour"), (fault.Kind, fault.Message));
        Assert.StartsWith("again from 19:00 UTC on", fault.Detail, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromMinutes(12));
        budget.Spend("demo");
        Assert.Throws<FaultException>(() => budget.Spend("demo"));
        _time.Advance(TimeSpan.FromMinutes(4));
        budget.Spend("demo");
    }
}
