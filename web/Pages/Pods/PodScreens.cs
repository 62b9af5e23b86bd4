using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Reads what a pod's page shows.</summary>
public sealed class PodScreens(PinacleDb db, PodAccess access, SiteUrls urls)
{
    private const int MostSteps = 24;
    private const int MostLines = 600;
    private const int MostActivity = 12;

    /// <summary>The pod with its log, for the first render of the page; null when this person cannot see it.</summary>
    public async Task<PodScreen?> WithLog(CurrentUser user, Guid id, CancellationToken cancellationToken)
    {
        var screen = await WithoutLog(user, id, cancellationToken);
        if (screen is null)
            return null;
        var lines = await Newest(id, line => line.Kind == PodEventKind.Output, MostLines, cancellationToken);
        var steps = await Steps(id, long.MaxValue, cancellationToken);
        screen.Steps.Take(steps.Concat(lines).OrderBy(line => line.Id));
        return screen;
    }

    /// <summary>The pod without its log, for an open page that has it.</summary>
    public async Task<PodScreen?> WithoutLog(CurrentUser user, Guid id, CancellationToken cancellationToken)
    {
        if (await access.Visible(user, id.ToString(), cancellationToken) is not { } pod)
            return null;
        var right = await access.RightTo(user, pod, cancellationToken);
        var activity = await Newest(id, line => line.Kind != PodEventKind.Output && line.Kind != PodEventKind.Step, 2 * MostActivity, cancellationToken);

        // A step that failed stands in the log; the act's own fault says the same here.
        return new PodScreen(PodView.Of(pod, urls), right >= PodRight.Manage, new StepLog(), [.. activity.Where(line => line.Data?.Step is null).Take(MostActivity)]);
    }

    /// <summary>The beginnings and ends of the newest steps up to an event, oldest first.</summary>
    public async Task<List<PodEvent>> Steps(Guid id, long upTo, CancellationToken cancellationToken)
    {
        var steps = await Newest(id, line => (line.Kind == PodEventKind.Step || line.Kind == PodEventKind.Fault) && line.Id <= upTo, MostSteps * 2, cancellationToken);
        steps.Reverse();
        return steps;
    }

    private Task<List<PodEvent>> Newest(Guid id, System.Linq.Expressions.Expression<Func<PodEvent, bool>> which, int count, CancellationToken cancellationToken) =>
        db.PodEvents.AsNoTracking().Where(line => line.PodId == id).Where(which).OrderByDescending(line => line.Id).Take(count).ToListAsync(cancellationToken);
}
