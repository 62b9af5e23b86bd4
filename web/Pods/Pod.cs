using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>A development environment: what people want of it, and the last thing its host said.</summary>
public sealed class Pod
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    public required Guid OwnerId { get; init; }

    public User? Owner { get; init; }

    public Guid? TeamId { get; set; }

    public Guid? HostId { get; private set; }

    public PodHost? Host { get; init; }

    /// <summary>The pod's address on its host, for the operator.</summary>
    public string? InternalIp { get; private set; }

    /// <summary>What people want.</summary>
    public PodIntent Intent { get; private set; } = PodIntent.Running;

    /// <summary>What it is, as far as web has heard.</summary>
    public PodState Status { get; private set; } = PodState.Requested;

    public required string Tier { get; set; }

    public string Image { get; init; } = "default";

    /// <summary>The git URL it is made from; null for an empty workspace.</summary>
    public string? GithubRepo { get; init; }

    public string? Branch { get; init; }

    public PodConfig Config { get; set; } = new();

    /// <summary>Why the last act failed.</summary>
    public Fault? Fault { get; private set; }

    /// <summary>The newest report of its host.</summary>
    public PodReport? Report { get; private set; }

    /// <summary><see cref="PodReport.Seq"/> of <see cref="Report"/>; only a higher one replaces it.</summary>
    public long ReportSeq { get; private set; }

    /// <summary>Grows when the pod is made again elsewhere; only the highest is routed.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>Grows with every "retry" of the setup.</summary>
    public int SetupAttempt { get; private set; } = 1;

    /// <summary><see cref="PodSpecHash.Of"/> of the spec that was sent last.</summary>
    public string? SpecHash { get; set; }

    public List<Service> Services { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>True when the next spec can say everything: nothing is to be read from the repository first.</summary>
    public bool IsDecided => GithubRepo is null || Config.Setup is not null;

    /// <summary>What brings a changed spec to the host; null where its next start will. A pod that sleeps sleeps on.</summary>
    public string? JobForSpec => Status switch
    {
        PodState.Running => JobKinds.StartPod,
        PodState.Sleeping or PodState.Asleep or PodState.Waking => JobKinds.UpdatePod,
        _ => null,
    };

    /// <summary>A person wants it up.</summary>
    public void Start(DateTimeOffset now)
    {
        RefuseIfDeleted("start");
        Intent = PodIntent.Running;
        if (Status is PodState.Running or PodState.Creating or PodState.Starting or PodState.Waking)
            return;
        Status = HostId is null ? PodState.Requested : IsDecided ? PodState.Starting : PodState.Creating;
        Fault = null;
        ChangedAt = now;
    }

    /// <summary>A person wants its files only.</summary>
    public void Stop(DateTimeOffset now)
    {
        RefuseIfDeleted("stop");
        Intent = PodIntent.Stopped;
        if (Status is PodState.Stopped or PodState.Stopping)
            return;
        Status = HostId is null ? PodState.Stopped : PodState.Stopping;
        ChangedAt = now;
    }

    /// <summary>A person wants its setup run again, with what the repository says now.</summary>
    public void Retry(DateTimeOffset now)
    {
        RefuseIfDeleted("retry");
        Intent = PodIntent.Running;
        SetupAttempt++;
        Config = Config with { Setup = null, RepositoryFault = null, Source = null };
        SpecHash = null;
        Fault = null;
        Status = HostId is null ? PodState.Requested : PodState.Creating;
        ChangedAt = now;
    }

    /// <summary>A person wants it gone.</summary>
    public void Delete(DateTimeOffset now)
    {
        Intent = PodIntent.Deleted;
        Status = PodState.Deleting;
        ChangedAt = now;
    }

    /// <summary>A person renames it or changes when it sleeps; null leaves as it is.</summary>
    public void Change(string? name, int? sleepAfter, DateTimeOffset now)
    {
        RefuseIfDeleted("change");
        Name = name ?? Name;
        Config = Config with { SleepAfter = sleepAfter ?? Config.SleepAfter };
        ChangedAt = now;
    }

    /// <summary>Gives it to a host; it stays there.</summary>
    public void Place(PodHost host)
    {
        if (HostId is not null)
            throw new InvalidOperationException($"cannot place pod {Id}: it is on host {HostId}");
        HostId = host.Id;
    }

    /// <summary>Takes a report of its host, if it is newer than the last.</summary>
    /// <param name="report">What the host says.</param>
    /// <param name="acting">True while a job works on the pod: then the host's stable states are those from before the act, unless they are what the act is for.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when the report is older than what is known, or about another epoch.</returns>
    public bool Hear(PodReport report, bool acting, DateTimeOffset now)
    {
        if ((report.Epoch != 0 && report.Epoch != Epoch) || report.Seq <= ReportSeq)
            return false;
        Report = report;
        ReportSeq = report.Seq;
        InternalIp = report.Address;
        if (Intent != PodIntent.Deleted && (!acting || !report.State.IsStable() || IsWanted(report)))
            Become(report, now);
        return true;
    }

    /// <summary>An act of a job ended with this report: it is the truth whatever is still queued.</summary>
    public void Settle(PodReport report, DateTimeOffset now)
    {
        Hear(report, acting: true, now);

        // The follower may have heard something newer than the act's own last line.
        if (Intent != PodIntent.Deleted && Report is { } newest)
            Become(newest, now);
    }

    /// <summary>It was to be stopped and its host has no trace of it.</summary>
    public void WasNeverMade(DateTimeOffset now)
    {
        Status = PodState.Stopped;
        ChangedAt = now;
    }

    /// <summary>An act failed for good.</summary>
    public void Fail(Fault fault, DateTimeOffset now)
    {
        Fault = fault;
        if (Intent == PodIntent.Deleted)
            return;
        Status = PodState.Failed;
        ChangedAt = now;
    }

    /// <summary>What a host is asked for now.</summary>
    public PodSpec ToSpec()
    {
        var environment = new Dictionary<string, string>(Config.RepositoryEnvironment, StringComparer.Ordinal);
        foreach (var (name, value) in Config.Environment)
            environment[name] = value;
        return new PodSpec
        {
            Id = Id.ToString(),
            Epoch = Epoch,
            Name = Name,
            Owner = Owner?.Slug ?? throw new InvalidOperationException($"cannot describe pod {Id}: it was read without its owner"),
            Image = new ImageRef(Image),
            Tier = Tier,
            HostName = Name,
            Environment = environment,
            Repository = GithubRepo is null ? null : new RepositorySpec(GithubRepo, Branch),
            Setup = IsDecided ? new SetupSpec(SetupAttempt, Config.Setup ?? []) : null,
            Services = IsDecided ? [.. Services.OrderBy(service => service.Name, StringComparer.Ordinal).Select(service => service.ToSpec())] : [],
            Sleep = new SleepPolicy(Config.SleepAfter, Config.AlwaysOn),
        };
    }

    private bool IsWanted(PodReport report) => Intent switch
    {
        PodIntent.Running => report.State == PodState.Running && SpecHash is not null && string.Equals(report.SpecHash, SpecHash, StringComparison.Ordinal),
        PodIntent.Stopped => report.State == PodState.Stopped,
        _ => false,
    };

    private void Become(PodReport report, DateTimeOffset now)
    {
        if (Status == report.State && Equals(Fault, report.Fault))
            return;
        Status = report.State;
        Fault = report.Fault;
        ChangedAt = now;
    }

    private void RefuseIfDeleted(string act)
    {
        if (Intent == PodIntent.Deleted)
            throw new FaultException(FaultKind.Conflict, $"cannot {act} pod {Name}: it is being deleted");
    }
}
