using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Accounts;

/// <summary>Who may do what with which pod: the matrix of the design, in one place, for pages, API and gateway. What one may not see is null, which edges answer with 404.</summary>
public sealed class PodAccess(PinacleDb db)
{
    /// <summary>The pod of that id, or the caller's own pod of that name, if they may use it.</summary>
    public async Task<Pod?> Visible(CurrentUser? user, string pod, CancellationToken cancellationToken) =>
        await Find(user, pod, PodRight.Use, cancellationToken);

    /// <summary>The same, if they may manage it.</summary>
    public async Task<Pod?> Manageable(CurrentUser? user, string pod, CancellationToken cancellationToken) =>
        await Find(user, pod, PodRight.Manage, cancellationToken);

    /// <summary>The pods that a person may use, newest first, with services, owner and host.</summary>
    public IQueryable<Pod> VisibleTo(CurrentUser user) =>
        Pods().Where(pod => pod.OwnerId == user.Id || (pod.TeamId != null && db.TeamMembers.Any(member => member.TeamId == pod.TeamId && member.UserId == user.Id)))
            .OrderByDescending(pod => pod.Id);

    /// <summary>What a person may do with a pod.</summary>
    public async Task<PodRight> RightTo(CurrentUser? user, Pod pod, CancellationToken cancellationToken)
    {
        if (user is null)
            return PodRight.None;
        var role = pod.TeamId is { } team
            ? await db.TeamMembers.Where(member => member.TeamId == team && member.UserId == user.Id).Select(member => (TeamRole?)member.Role).SingleOrDefaultAsync(cancellationToken)
            : null;
        return Right(pod.OwnerId == user.Id, role, user.IsOperator);
    }

    /// <summary>The matrix itself.</summary>
    public static PodRight Right(bool isOwner, TeamRole? role, bool isOperator) =>
        isOwner || role == TeamRole.Owner ? PodRight.Manage
        : role == TeamRole.Member ? PodRight.Use
        : isOperator ? PodRight.Watch
        : PodRight.None;

    private async Task<Pod?> Find(CurrentUser? user, string idOrName, PodRight wanted, CancellationToken cancellationToken)
    {
        if (user is null)
            return null;
        var pods = Guid.TryParseExact(idOrName, "D", out var id)
            ? Pods().Where(pod => pod.Id == id)
            : Pods().Where(pod => pod.OwnerId == user.Id && pod.Name == idOrName);
        var found = await pods.SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        return await RightTo(user, found, cancellationToken) >= wanted ? found : null;
    }

    private IQueryable<Pod> Pods() => db.Pods.Include(pod => pod.Owner).Include(pod => pod.Host)
        .Include(pod => pod.Services.OrderBy(service => service.Name)).AsSingleQuery();
}
