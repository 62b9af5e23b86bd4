using Pinacle.Contracts;
using Pinacle.Podd.Hosts;
using Pinacle.Podd.Images;
using Pinacle.Podd.Network;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>podd's routes on one page (design §5.1). What is passed to the guest is in <see cref="GuestApi"/>, files are in <see cref="FilesApi"/>, tunnels are in <see cref="TunnelApi"/>, terminals in <see cref="TerminalApi"/>.</summary>
public sealed class PoddApi(Fleet fleet, PodLifecycle lifecycle, KeepAwake keepAwake, Reports reports, HostFacts host, DeniedAddresses denied, ImageStore images, ImageRemoval removal, GuestApi guest, FilesApi files, TunnelApi tunnel, TerminalApi terminal)
{
    /// <summary>Adds them.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(PoddRoutes.Host, context => Json.Write(context, host.Report(), ContractsJson.Default.HostReport));
        routes.MapPut(PoddRoutes.Deny, Deny);
        routes.MapGet(PoddRoutes.Images, context => Json.Write(context, images.List(), ContractsJson.Default.IReadOnlyListImageReport));
        routes.MapDelete(PoddRoutes.Image, RemoveImage);
        routes.MapGet(PoddRoutes.Reports, context => Json.Stream(context, reports.Listen(host.Report, context.RequestAborted), ContractsJson.Default.ReportLine));

        routes.MapGet(PoddRoutes.Pods, context => Json.Write(context, [.. fleet.Pods.Select(reports.Of).OfType<PodReport>()], ContractsJson.Default.IReadOnlyListPodReport));
        routes.MapGet(PoddRoutes.Pod, context => Json.Write(context, Report(Id(context)), ContractsJson.Default.PodReport));
        routes.MapPut(PoddRoutes.Pod, async context => await Follow(context, lifecycle.Put(Id(context), await Json.Read(context, ContractsJson.Default.PodSpec))));
        routes.MapDelete(PoddRoutes.Pod, context => Follow(context, lifecycle.Delete(Id(context))));
        routes.MapPost(PoddRoutes.Start, context => Follow(context, lifecycle.Start(Id(context))));
        routes.MapPost(PoddRoutes.Stop, context => Follow(context, lifecycle.Stop(Id(context))));

        routes.MapPost(PoddRoutes.Sleep, context => Follow(context, lifecycle.Sleep(Id(context))));
        routes.MapPost(PoddRoutes.Wake, context => Follow(context, lifecycle.Start(Id(context))));
        routes.MapPost(PoddRoutes.KeepAwake, async context => await Follow(context, keepAwake.Put(Id(context), await Json.Read(context, ContractsJson.Default.KeepAwakeSpec))));

        guest.Map(routes);
        files.Map(routes);
        tunnel.Map(routes);
        terminal.Map(routes);
    }

    /// <summary>The pod's id in the path.</summary>
    internal static string Id(HttpContext context) => (string)context.GetRouteValue("id")!;

    private async Task Deny(HttpContext context)
    {
        await denied.Put(await Json.Read(context, ContractsJson.Default.DenyList), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RemoveImage(HttpContext context)
    {
        await removal.Remove((string)context.GetRouteValue("name")!, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // The act goes on when the caller hangs up.
    private static Task Follow(HttpContext context, PodAct act) =>
        Json.Stream(context, act.Lines(context.RequestAborted), ContractsJson.Default.ProgressLine);

    private PodReport Report(string id) =>
        reports.Of(fleet.Find(id)) ?? throw new FaultException(FaultKind.NotFound, $"cannot find pod {id} on this host");
}
