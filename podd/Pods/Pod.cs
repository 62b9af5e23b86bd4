using System.Diagnostics.CodeAnalysis;
using Pinacle.Contracts;
using Pinacle.Podd.Guests;
using Pinacle.Podd.Network;

namespace Pinacle.Podd.Pods;

/// <summary>One pod of this host while podd runs: its record and what is known besides. Changed only by the act that holds <see cref="Turn"/>, and by watchers of what they watch.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "a SemaphoreSlim without a wait handle has nothing to release")]
public sealed class Pod(string id, TimeProvider time, TimeSpan freezeAfter, double idleCores)
{
    private readonly List<PodAct> _acts = [];
    private PodAct? _ended;
    private VethTap? _standing;
    private long _oomKills;
    private CancellationTokenSource _connections = new();

    /// <summary>The pod's id.</summary>
    public string Id => id;

    /// <summary>Null before the first act has written one.</summary>
    public PodRecord? Record { get; set; }

    /// <summary>Secret environment; in memory only. Null when podd lacks it.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; set; }

    /// <summary>Why the record cannot be read; then nothing is done with the pod until somebody deletes it.</summary>
    public Fault? Unreadable { get; set; }

    /// <summary>The slot by the record; of a pod whose record cannot be read, by the bundle of its last start. Null when neither says.</summary>
    public int? Slot
    {
        get => Record?.Slot ?? field;
        set;
    }

    /// <summary>What the guest said last; null while there is none.</summary>
    public GuestStatus? Status { get; set; }

    /// <summary>The last sample.</summary>
    public UsageReport? Usage { get; set; }

    /// <summary>Cores that it used over the last sample in which it did not stand still; null where there was none of the present sandbox.</summary>
    public double? Cores { get; set; }

    /// <summary>When it was seen that the kernel had killed something of the present sandbox for memory; null when it was not.</summary>
    public DateTimeOffset? OomKilledAt { get; private set; }

    /// <summary>Speaks with the guest; null while there is none.</summary>
    public GuestClient? Guest { get; set; }

    /// <summary>The address that <see cref="Guest"/> is at.</summary>
    public string? Address { get; set; }

    /// <summary>Ends the watching of the present sandbox.</summary>
    public CancellationTokenSource? Watching { get; set; }

    /// <summary>What uses it.</summary>
    public Activity Activity { get; } = new(time, freezeAfter, idleCores);

    /// <summary>What clients ask of it through podd.</summary>
    public Requests Requests { get; } = new(time);

    /// <summary>How often visitors whom nobody knows may wake it.</summary>
    public WakeBudget Visitors { get; } = new(time);

    /// <summary>Why it could not be put to sleep, and until when nobody tries again; null when nothing is known to be in the way.</summary>
    public (string Because, DateTimeOffset Until)? Wakeful { get; set; }

    /// <summary>What hears the first byte for a pod that stands still; null while it runs.</summary>
    public VethTap? Standing
    {
        get => Volatile.Read(ref _standing);
        set => Volatile.Write(ref _standing, value);
    }

    /// <summary>Held while the pod is made to stand still or to go on, so that what <see cref="Standing"/> says and what the kernel does are one.</summary>
    public Lock Stillness { get; } = new();

    /// <summary>What the kernel has counted of killings for memory.</summary>
    /// <param name="oomKills">The cgroup's count.</param>
    /// <param name="first">True for a sandbox that is looked at for the first time: how long ago that was is not known.</param>
    public void Count(long oomKills, bool first = false)
    {
        if (first)
            OomKilledAt = null;
        else if (oomKills > _oomKills)
            OomKilledAt = time.GetUtcNow();
        _oomKills = oomKills;
    }

    /// <summary>The pod no longer stands still.</summary>
    /// <returns>True for the one caller who ended it.</returns>
    public bool EndStanding()
    {
        if (Interlocked.Exchange(ref _standing, null) is not { } tap)
            return false;
        tap.Dispose();
        Activity.Stand(false);
        return true;
    }

    /// <summary>Cancelled when podd's connections into the pod must end: tunnels and terminals.</summary>
    public CancellationToken Connections => Volatile.Read(ref _connections).Token;

    /// <summary>Ends them; those that begin later live on.</summary>
    public void EndConnections() => Interlocked.Exchange(ref _connections, new CancellationTokenSource()).Cancel();

    /// <summary>One act at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The act of that kind that is under way or waits, or a new one which the caller starts.</summary>
    /// <param name="asked">What is asked.</param>
    /// <param name="passing">True for a delete: everything else is told to end.</param>
    /// <param name="begun">Called before an act is begun, not where one is joined; what it throws refuses the act.</param>
    public (PodAct Act, bool Started) Join(string asked, bool passing = false, Action? begun = null)
    {
        lock (_acts)
        {
            // Who was cut off while an act ended asks the same again, and has not heard the end of it.
            _ended = _acts.FindLast(act => act.Last is not null) ?? _ended;
            _acts.RemoveAll(act => act.Last is not null);
            // Only the newest can be joined: "stop" after "stop, start" is another act.
            if (_acts is [.., var newest] && newest.Asked == asked)
                return (newest, false);
            begun?.Invoke();
            if (passing)
            {
                foreach (var other in _acts)
                    other.Stop.Cancel();
            }
            var act = new PodAct(asked, time, _ended?.Asked == asked ? _ended.Recent() : []);
            _acts.Add(act);
            return (act, true);
        }
    }

    /// <summary>The guest of a pod that runs, or why it cannot be spoken with.</summary>
    public GuestClient Reach() => Guest ?? throw (Unreadable is { } fault
        ? new FaultException(fault)
        : Record switch
        {
            null or { State: PodState.Deleting } => new FaultException(FaultKind.NotFound, $"cannot find pod {id} on this host"),
            { State: PodState.Asleep } => new FaultException(FaultKind.PodAsleep, $"cannot reach pod {Record.Spec.Name}: it is asleep"),
            _ => new FaultException(FaultKind.PodDown, $"cannot reach pod {Record.Spec.Name}: it is {Record.State.ToString().ToLowerInvariant()}"),
        });

    /// <summary>What is said of it to web; null where there is nothing to say yet.</summary>
    public PodReport? Report(long seq)
    {
        if (Unreadable is { } broken)
            return new PodReport { Id = id, Epoch = 0, Seq = seq, State = PodState.Failed, Setup = new(SetupState.None), Fault = broken, SpecHash = "", At = time.GetUtcNow() };
        if (Record is not { } record)
            return null;
        return new PodReport
        {
            Id = id,
            Epoch = record.Spec.Epoch,
            Seq = seq,
            State = record.State,
            Frozen = Standing is not null,
            Checkpoint = record.Checkpoint is { } checkpoint ? new CheckpointReport(checkpoint.TakenAt, checkpoint.Bytes) : null,
            Wake = record.Wake,
            Setup = record.Setup,
            Services = [.. record.Spec.Services.Select(Service)],
            Ports = Status?.Ports ?? [],
            Idle = record.State == PodState.Running ? Activity.Report(record, Status, Wakeful?.Because) : null,
            Usage = Usage,
            Death = record.Death,
            Fault = record.Fault,
            NeedsSecrets = record.HasSecrets && Secrets is null,
            Address = Address,
            SpecHash = PodSpecHash.Of(record.Spec),
            At = time.GetUtcNow(),
        };
    }

    // The pod states its own services; only those that were asked for are passed on.
    private ServiceReport Service(ServiceSpec service) =>
        Status?.Services.FirstOrDefault(report => report.Name == service.Name && report.Port == service.Port)
        ?? new ServiceReport(service.Name, service.Port, ServiceState.Stopped, Listening: false);
}
