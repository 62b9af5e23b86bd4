using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>What is passed to a pod's guest.</summary>
public sealed class GuestApi(Fleet fleet, WakeByUse wake)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(PoddRoutes.Exec, Exec);
        routes.MapGet(PoddRoutes.Ports, async context => await Json.Write(context, (await Pod(context).Reach().Status(context.RequestAborted)).Ports, ContractsJson.Default.IReadOnlyListPortReport));
        routes.MapGet(PoddRoutes.Git, async context => await Json.Write(context, await Pod(context).Reach().Git(context.RequestAborted), ContractsJson.Default.GitReport));
        routes.MapGet(PoddRoutes.GitDiff, async context => await Json.Write(context, await Pod(context).Reach().GitDiff(context.RequestAborted), ContractsJson.Default.GitDiff));
        routes.MapGet(PoddRoutes.Logs, Logs);
        routes.MapPost(PoddRoutes.RestartService, context => Pod(context).Reach().Restart(Value(context, "service"), context.RequestAborted));
    }

    private async Task Exec(HttpContext context)
    {
        var spec = await Json.Read(context, ContractsJson.Default.ExecSpec);
        if (spec.Command is not { Count: > 0 and <= 1024 } || spec.Timeout is < 1 or > 3600)
            throw new FaultException(FaultKind.Invalid, "cannot run the command: it needs 1 to 1,024 arguments and a time-out from 1 to 3,600 s");
        var pod = Pod(context);
        await wake.Ensure(context, pod);
        using var use = pod.Activity.Hold("a command");
        await Json.Write(context, await pod.Reach().Exec(spec, context.RequestAborted), ContractsJson.Default.ExecResult);
    }

    private async Task Logs(HttpContext context)
    {
        var pod = Pod(context);
        var guest = pod.Reach();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, pod.Connections);
        var tail = int.TryParse(context.Request.Query["tail"], NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? Math.Clamp(lines, 1, 10_000) : 200;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await guest.Logs(Value(context, "service"), tail, context.Request.Query["follow"] == "true", context.Response.Body, end.Token);
    }

    private Pod Pod(HttpContext context) => fleet.Find(PoddApi.Id(context));

    private static string Value(HttpContext context, string name) => (string)context.GetRouteValue(name)!;
}
