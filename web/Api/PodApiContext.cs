using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

namespace Pinacle.Web.Api;

/// <summary>What every endpoint about one pod needs: the pod, if the caller may use it, its host, and its view. What one may not see is not found.</summary>
public sealed class PodApiContext(PodAccess access, PoddClients podds, SiteUrls urls)
{
    public async Task<Pod> Usable(HttpContext context, string pod) =>
        await access.Visible(context.RequiredUser(), pod, context.RequestAborted) ?? throw NotFound(pod);

    public async Task<Pod> Manageable(HttpContext context, string pod)
    {
        var found = await Usable(context, pod);
        return await access.RightTo(context.RequiredUser(), found, context.RequestAborted) >= PodRight.Manage ? found : throw NotFound(pod);
    }

    /// <summary>The pod's id with the client of its host.</summary>
    public async Task<(Guid Id, PoddClient Podd)> OnHost(HttpContext context, string pod)
    {
        var found = await Usable(context, pod);
        var host = found.HostId ?? throw new FaultException(FaultKind.PodDown, $"cannot reach pod {found.Name}: it has no host yet");
        return (found.Id, await podds.Of(host, context.RequestAborted));
    }

    public PodView View(Pod pod) => PodView.Of(pod, urls);

    /// <summary>202 with the pod and where to look for it.</summary>
    public IResult Accepted(Pod pod) => Results.Accepted($"{ApiSetup.Root}/pods/{pod.Id}", View(pod));

    private static FaultException NotFound(string pod) => new(FaultKind.NotFound, $"cannot find pod {(pod.Length > 64 ? pod[..64] : pod)}");
}
