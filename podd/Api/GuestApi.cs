using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Pinacle.Contracts;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>What is passed to a pod's guest.</summary>
public sealed class GuestApi(Fleet fleet)
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
        routes.MapGet(PoddRoutes.Files, ReadFile);
        routes.MapPut(PoddRoutes.Files, WriteFile);
        routes.MapDelete(PoddRoutes.Files, context => Pod(context).Reach().DeleteFile(PathOf(context), context.RequestAborted));
    }

    private async Task Exec(HttpContext context)
    {
        var spec = await Json.Read(context, ContractsJson.Default.ExecSpec);
        if (spec.Command is not { Count: > 0 and <= 1024 } || spec.Timeout is < 1 or > 3600)
            throw new FaultException(FaultKind.Invalid, "cannot run the command: it needs 1 to 1,024 arguments and a time-out from 1 to 3,600 s");
        var pod = Pod(context);
        using var use = pod.Activity.Hold("a command");
        await Json.Write(context, await pod.Reach().Exec(spec, context.RequestAborted), ContractsJson.Default.ExecResult);
    }

    private async Task Logs(HttpContext context)
    {
        var guest = Pod(context).Reach();
        var tail = int.TryParse(context.Request.Query["tail"], NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? Math.Clamp(lines, 1, 10_000) : 200;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await guest.Logs(Value(context, "service"), tail, context.Request.Query["follow"] == "true", context.Response.Body, context.RequestAborted);
    }

    private async Task ReadFile(HttpContext context)
    {
        var pod = Pod(context);
        using var use = pod.Activity.Hold("a look at its files");
        if (context.Request.Query["archive"] is { Count: > 0 } archive)
        {
            await Archive(context, pod, archive!);
            return;
        }
        var range = FileRange.Of(context.Request.Headers.Range);
        await using var file = await pod.Reach().ReadFile(PathOf(context), context.RequestAborted, range.Offset, range.Length);
        if (file.Listing is { } listing)
        {
            await Json.Write(context, listing, ContractsJson.Default.FileListing);
            return;
        }
        context.Response.ContentType = "application/octet-stream";
        if (range.Announce(context.Response, file.Entry?.Size ?? 0))
            await file.CopyTo(context.Response.Body, context.RequestAborted);
    }

    private static async Task Archive(HttpContext context, Pod pod, string kind)
    {
        if (kind != "tar.gz")
            throw new FaultException(FaultKind.Invalid, $"cannot pack a folder as {kind}: only tar.gz is known");
        await using var archive = await pod.Reach().Archive(PathOf(context), context.RequestAborted);
        context.Response.ContentType = "application/gzip";
        await archive.CopyTo(context.Response.Body, context.RequestAborted);
    }

    private async Task WriteFile(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var pod = Pod(context);
        using var use = pod.Activity.Hold("an upload");
        await pod.Reach().WriteFile(PathOf(context), context.Request.Body, context.RequestAborted);
    }

    private Pod Pod(HttpContext context) => fleet.Find(PoddApi.Id(context));

    private static string PathOf(HttpContext context) => "/" + context.GetRouteValue("path");

    private static string Value(HttpContext context, string name) => (string)context.GetRouteValue(name)!;
}
