using System.Globalization;
using Pinacle.Contracts;

namespace Pinacle.Web.Tests.Stand;

/// <summary>A pod of <see cref="FakePodd"/>.</summary>
public sealed class FakePod
{
    private int runs;

    public PodSpec? Spec { get; set; }

    public PodState State { get; set; } = PodState.Creating;

    public SetupReport Setup { get; set; } = new(SetupState.None);

    public Fault? Fault { get; set; }

    /// <summary>Why it cannot sleep; null when it can.</summary>
    public Fault? Wakeful { get; set; }

    public DateTimeOffset? AwakeUntil { get; set; }

    public bool IsCloned { get; set; }

    public string NextRun() => Interlocked.Increment(ref runs).ToString(CultureInfo.InvariantCulture);

    public PodReport Report(long seq) => new()
    {
        Id = Spec!.Id,
        Epoch = Spec.Epoch,
        Seq = seq,
        State = State,
        Setup = Setup,
        Fault = Fault,
        Idle = State == PodState.Running ? new IdleReport(IdleState.Active, TimeProvider.System.GetUtcNow(), "a request 1 s ago", AwakeUntil: AwakeUntil) : null,
        SpecHash = PodSpecHash.Of(Spec),
        At = TimeProvider.System.GetUtcNow(),
        Address = "10.9.0.2",
        Services = [.. Spec.Services.Select(service => new ServiceReport(service.Name, service.Port, State == PodState.Running ? ServiceState.Running : ServiceState.Stopped, State == PodState.Running))],
    };
}
