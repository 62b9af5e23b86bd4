using Microsoft.AspNetCore.Http.Features;
using Pinacle.Contracts;
using Pinacle.Podd.Files;
using Pinacle.Podd.Pods;

namespace Pinacle.Podd.Api;

/// <summary>The files of pods, of those that do not run, too.</summary>
public sealed class FilesApi(Fleet fleet, PodFiles files)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(PoddRoutes.Files, Read);
        routes.MapPut(PoddRoutes.Files, Write);
        routes.MapDelete(PoddRoutes.Files, context => files.Delete(Pod(context), PathOf(context), context.RequestAborted));
    }

    private async Task Read(HttpContext context)
    {
        var pod = Pod(context);
        using var use = pod.Activity.Hold("a look at its files");
        if (context.Request.Query["archive"] is { Count: > 0 } archive)
        {
            await Archive(context, pod, archive!);
            return;
        }
        var range = FileRange.Of(context.Request.Headers.Range);
        await using var file = await files.Read(pod, PathOf(context), range.Offset, range.Length, context.RequestAborted);
        if (file.Listing is { } listing)
        {
            await Json.Write(context, listing, ContractsJson.Default.FileListing);
            return;
        }
        context.Response.ContentType = "application/octet-stream";
        if (range.Announce(context.Response, file.Entry?.Size ?? 0))
            await file.CopyTo(context.Response.Body, context.RequestAborted);
    }

    private async Task Archive(HttpContext context, Pod pod, string kind)
    {
        if (kind != "tar.gz")
            throw new FaultException(FaultKind.Invalid, $"cannot pack a folder as {kind}: only tar.gz is known");
        await using var archive = await files.Archive(pod, PathOf(context), context.RequestAborted);
        context.Response.ContentType = "application/gzip";
        await archive.CopyTo(context.Response.Body, context.RequestAborted);
    }

    private async Task Write(HttpContext context)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var pod = Pod(context);
        using var use = pod.Activity.Hold("an upload");
        await files.Write(pod, PathOf(context), context.Request.Body, context.RequestAborted);
    }

    private Pod Pod(HttpContext context) => fleet.Find(PoddApi.Id(context));

    private static string PathOf(HttpContext context) => "/" + context.GetRouteValue("path");
}
