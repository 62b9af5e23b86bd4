using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Jobs;

namespace Pinacle.Web.Pods;

/// <summary>What people do with pods: each act changes the row and enqueues its job in one transaction. Who may is asked before, of <see cref="PodAccess"/>.</summary>
public sealed class PodActs(PinacleDb db, JobQueue jobs, IOptions<PodsOptions> options, TimeProvider time)
{
    /// <summary>Makes a pod.</summary>
    /// <exception cref="InputException">The draft is invalid, the name is taken, or a quota is reached.</exception>
    public async Task<Pod> Create(CurrentUser user, PodDraft draft, CancellationToken cancellationToken)
    {
        draft.Check().Refuse();
        var now = time.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // The owner's row is held, so that two requests at once cannot pass the quota, or take one name, together.
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM users WHERE id = {user.Id} FOR UPDATE", cancellationToken);
        await RefuseOverQuota(user, draft, cancellationToken);
        if (await db.Pods.AnyAsync(pod => pod.OwnerId == user.Id && pod.Name == draft.Name, cancellationToken))
            throw Taken(draft.Name);
        var team = await TeamOf(user, draft, cancellationToken);
        var pod = new Pod
        {
            Name = draft.Name,
            OwnerId = user.Id,
            Owner = await db.Users.SingleAsync(owner => owner.Id == user.Id, cancellationToken),
            TeamId = team,
            Tier = draft.Tier,
            Image = string.IsNullOrEmpty(draft.Image) ? "default" : draft.Image,
            GithubRepo = string.IsNullOrEmpty(draft.Repo) ? null : draft.Repo,
            Branch = string.IsNullOrEmpty(draft.Branch) ? null : draft.Branch,
            Config = new PodConfig
            {
                Environment = draft.Env ?? new Dictionary<string, string>(StringComparer.Ordinal),
                SleepAfter = draft.SleepAfter ?? 900,
                AcceptAccess = draft.AcceptAccess,
            },
            CreatedAt = now,
            ChangedAt = now,
        };
        db.Pods.Add(pod);
        jobs.Enqueue(db, JobKinds.ProvisionPod, pod.Id);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return pod;
    }

    public Task Start(Pod pod, CancellationToken cancellationToken) =>
        Act(pod, held => held.Start(time.GetUtcNow()), held => held.IsDecided && held.HostId is not null ? JobKinds.StartPod : JobKinds.ProvisionPod, cancellationToken);

    public Task Stop(Pod pod, CancellationToken cancellationToken) =>
        Act(pod, held => held.Stop(time.GetUtcNow()), _ => JobKinds.StopPod, cancellationToken);

    /// <summary>Runs the setup again.</summary>
    public Task Retry(Pod pod, CancellationToken cancellationToken) =>
        Act(pod, held => held.Retry(time.GetUtcNow()), _ => JobKinds.ProvisionPod, cancellationToken);

    public Task Delete(Pod pod, CancellationToken cancellationToken) =>
        Act(pod, held => held.Delete(time.GetUtcNow()), _ => JobKinds.CleanUpPod, cancellationToken);

    /// <summary>Renames a pod (its URLs move with it) or changes when it sleeps; null leaves as it is.</summary>
    /// <exception cref="InputException">A value is invalid or the name is taken.</exception>
    public async Task Change(Pod pod, string? name, int? sleepAfter, CancellationToken cancellationToken)
    {
        var errors = new InputErrors();
        if (name is not null)
            errors.Add("name", PodName.Problem(name));
        errors.Add("sleepAfter", PodDraft.SleepProblem(sleepAfter));
        errors.Refuse();
        if (name is not null && await db.Pods.AnyAsync(other => other.OwnerId == pod.OwnerId && other.Name == name && other.Id != pod.Id, cancellationToken))
            errors.Add("name", $"There is already a pod named {name}.");
        errors.Refuse(FaultKind.Conflict);
        await Act(pod, held => held.Change(name, sleepAfter, time.GetUtcNow()), held => held.JobForSpec, cancellationToken);
    }

    private async Task Act(Pod pod, Action<Pod> change, Func<Pod, string?> job, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await Hold(pod, cancellationToken);
        if (pod.Intent == PodIntent.Deleted && job(pod) == JobKinds.CleanUpPod && pod.Fault is null)
            return;
        change(pod);
        if (job(pod) is { } kind)
        {
            await jobs.CancelFor(db, pod.Id, kind, cancellationToken);
            jobs.Enqueue(db, kind, pod.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task Hold(Pod pod, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM pods WHERE id = {pod.Id} FOR UPDATE", cancellationToken);
        await db.Entry(pod).ReloadAsync(cancellationToken);
        if (db.Entry(pod).State == EntityState.Detached)
            throw new FaultException(FaultKind.NotFound, $"cannot find pod {pod.Name}: it was deleted");
    }

    private static InputException Taken(string name)
    {
        var errors = new InputErrors();
        errors.Add("name", $"You already have a pod named {name}.");
        return new InputException(FaultKind.Conflict, errors);
    }

    private async Task<Guid?> TeamOf(CurrentUser user, PodDraft draft, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(draft.Team))
            return null;
        var team = await db.Teams.Where(one => one.Name == draft.Team && db.TeamMembers.Any(member => member.TeamId == one.Id && member.UserId == user.Id))
            .Select(one => (Guid?)one.Id).SingleOrDefaultAsync(cancellationToken);
        var errors = new InputErrors();
        errors.Add("team", team is null ? "You are in no team of that name." : null);
        errors.Refuse();
        return team;
    }

    private async Task RefuseOverQuota(CurrentUser user, PodDraft draft, CancellationToken cancellationToken)
    {
        var tiers = await db.Pods.Where(pod => pod.OwnerId == user.Id).Select(pod => pod.Tier).ToListAsync(cancellationToken);
        var errors = new InputErrors();
        if (tiers.Count >= options.Value.MaxPerUser)
            errors.Add("name", $"You have {tiers.Count} pods; more than {options.Value.MaxPerUser} are not allowed here.");
        if (tiers.Append(draft.Tier).Sum(tier => Tier.Find(tier)?.Cpu ?? 0) > options.Value.MaxCpuPerUser)
            errors.Add("tier", $"Your pods would have more than {options.Value.MaxCpuPerUser} cores together, which is not allowed here.");
        errors.Refuse(FaultKind.TooMany);
    }
}
