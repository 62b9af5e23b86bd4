using Microsoft.EntityFrameworkCore;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Api;

/// <summary>Pods as a whole: list, make, look at, change, start, stop, sleep, wake, keep awake, set up again, delete.</summary>
internal static class PodsApi
{
    private const int PageSize = 100;
    private const int MaxWait = 600;

    public static void Map(RouteGroupBuilder api)
    {
        var pods = api.MapGroup("/pods").WithTags("Pods");
        pods.MapGet("", List);
        pods.MapPost("", Create).RequireRateLimiting(RateLimits.CreatePod).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapGet("/{pod}", Get);
        pods.MapPatch("/{pod}", Change);
        pods.MapDelete("/{pod}", Delete).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapPost("/{pod}/start", Start).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapPost("/{pod}/stop", Stop).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapPost("/{pod}/sleep", Sleep).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapPost("/{pod}/wake", Wake).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapPost("/{pod}/keep-awake", KeepAwake).Produces<PodView>(StatusCodes.Status202Accepted);
        pods.MapPost("/{pod}/retry", Retry).Produces<PodView>(StatusCodes.Status202Accepted);
    }

    private static async Task<ItemList<PodView>> List(HttpContext context, PodAccess access, PodApiContext api, Guid? after)
    {
        var visible = access.VisibleTo(context.RequiredUser()).AsNoTracking();
        var pods = await (after is { } last ? visible.Where(pod => pod.Id < last) : visible).Take(PageSize + 1).ToListAsync(context.RequestAborted);
        return new ItemList<PodView>([.. pods.Take(PageSize).Select(api.View)], pods.Count > PageSize ? pods[PageSize - 1].Id.ToString() : null);
    }

    private static async Task<IResult> Create(HttpContext context, PodDraft draft, PodActs acts, PodApiContext api) =>
        api.Accepted(await acts.Create(context.RequiredUser(), draft, context.RequestAborted));

    /// <summary>With <c>wait</c>: answers when the pod is in that stable state, or failed, or the time is over.</summary>
    private static async Task<PodView> Get(HttpContext context, string pod, PodApiContext api, PinacleDb db, PodChanges changes, TimeProvider time, string? wait, int timeout = 120)
    {
        var found = await api.Usable(context, pod);
        if (wait is null)
            return api.View(found);
        var wanted = Words.Find<PodState>(wait) is { } state && state.IsStable() ? state : throw BadWait(wait);
        using var watch = changes.Watch(found.Id);
        var begun = time.GetTimestamp();
        while (true)
        {
            db.ChangeTracker.Clear();
            found = await api.Usable(context, found.Id.ToString());
            var left = TimeSpan.FromSeconds(Math.Clamp(timeout, 0, MaxWait)) - time.GetElapsedTime(begun);
            if (found.Status == wanted || found.Status == PodState.Failed || left <= TimeSpan.Zero || !await watch.Next(left, time, context.RequestAborted))
                return api.View(found);
        }
    }

    private static async Task<PodView> Change(HttpContext context, string pod, PodChange change, PodApiContext api, PodActs acts)
    {
        var found = await api.Manageable(context, pod);
        await acts.Change(found, change.Name, change.SleepAfter, context.RequestAborted);
        return api.View(found);
    }

    private static async Task<IResult> Delete(HttpContext context, string pod, PodApiContext api, PodActs acts) =>
        await Act(await api.Manageable(context, pod), acts.Delete, api, context);

    private static async Task<IResult> Start(HttpContext context, string pod, PodApiContext api, PodActs acts) =>
        await Act(await api.Usable(context, pod), acts.Start, api, context);

    private static async Task<IResult> Stop(HttpContext context, string pod, PodApiContext api, PodActs acts) =>
        await Act(await api.Usable(context, pod), acts.Stop, api, context);

    private static async Task<IResult> Sleep(HttpContext context, string pod, PodApiContext api, PodLadder ladder) =>
        await Act(await api.Usable(context, pod), ladder.Sleep, api, context);

    private static async Task<IResult> Wake(HttpContext context, string pod, PodApiContext api, PodLadder ladder) =>
        await Act(await api.Usable(context, pod), ladder.Wake, api, context);

    private static async Task<IResult> KeepAwake(HttpContext context, string pod, KeepAwakeSpec lease, PodApiContext api, PodLadder ladder) =>
        await Act(await api.Usable(context, pod), (found, cancellationToken) => ladder.KeepAwake(found, lease, cancellationToken), api, context);

    private static async Task<IResult> Retry(HttpContext context, string pod, PodApiContext api, PodActs acts) =>
        await Act(await api.Usable(context, pod), acts.Retry, api, context);

    private static async Task<IResult> Act(Pod pod, Func<Pod, CancellationToken, Task> act, PodApiContext api, HttpContext context)
    {
        await act(pod, context.RequestAborted);
        return api.Accepted(pod);
    }

    private static InputException BadWait(string wait)
    {
        var errors = new InputErrors();
        errors.Add("wait", $"\"{(wait.Length > 32 ? wait[..32] : wait)}\" is not a stable state: requested, running, asleep, stopped or failed.");
        return new InputException(FaultKind.Invalid, errors);
    }
}
