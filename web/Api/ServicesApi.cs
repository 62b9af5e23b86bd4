using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Api;

/// <summary>A pod's services: what they are, who may open them, and the links that open them.</summary>
internal static class ServicesApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var services = api.MapGroup("/pods/{pod}/services").WithTags("Services");
        services.MapPut("", Replace).WithDescription("Replaces the pod's services; who may open one takes effect at once.");
        services.MapGet("/{name}/links", Links).WithDescription("The links that still open the service. Their URLs are not kept.");
        services.MapPost("/{name}/links", Share).Produces<MadeLink>(StatusCodes.Status201Created).WithDescription("Makes a link that opens this service to whoever has it, for so many seconds, or until it is revoked (null). The URL is shown once.");
        services.MapDelete("/{name}/links/{id:guid}", Revoke).Produces(StatusCodes.Status204NoContent).WithDescription("Ends a link at once, and what is open through it.");
    }

    private static async Task<ItemList<ServiceView>> Replace(HttpContext context, string pod, ServiceList list, PodApiContext api, ServiceActs acts)
    {
        var found = await api.Manageable(context, pod);
        if (list.Services is null)
        {
            var errors = new InputErrors();
            errors.Add("services", "This is needed.");
            errors.Refuse();
        }

        await acts.Replace(found, list.Services!, context.RequestAborted);
        return new(api.View(found).Services);
    }

    private static async Task<ItemList<LinkView>> Links(HttpContext context, string pod, string name, PodApiContext api, ShareLinks links)
    {
        var service = ServiceActs.Find(await api.Manageable(context, pod), name);
        return new([.. (await links.Of(service, context.RequestAborted)).Select(link => new LinkView(link.Id, link.CreatedAt, link.ExpiresAt))]);
    }

    private static async Task<IResult> Share(HttpContext context, string pod, string name, LinkDraft draft, PodApiContext api, ShareLinks links)
    {
        var found = await api.Manageable(context, pod);
        var (link, url) = await links.Make(context.RequiredUser(), found, ServiceActs.Find(found, name), draft.ExpiresIn, context.RequestAborted);
        return Results.Json(new MadeLink(link.Id, url, link.ExpiresAt), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(HttpContext context, string pod, string name, Guid id, PodApiContext api, ShareLinks links)
    {
        var found = await api.Manageable(context, pod);
        return await links.Revoke(ServiceActs.Find(found, name), id, context.RequestAborted)
            ? Results.NoContent()
            : throw new FaultException(FaultKind.NotFound, $"cannot find that link of {name} in pod {found.Name}");
    }

    /// <summary>Body of <c>PUT …/services</c>.</summary>
    internal sealed record ServiceList(IReadOnlyList<ServiceDraft> Services);

    /// <summary>Body of <c>POST …/links</c>: seconds, or null for a link without an end.</summary>
    internal sealed record LinkDraft
    {
        public required int? ExpiresIn { get; init; }
    }

    /// <summary>A new link: the only time that its URL is seen.</summary>
    internal sealed record MadeLink(Guid Id, string Url, DateTimeOffset? ExpiresAt);

    /// <summary>A link.</summary>
    internal sealed record LinkView(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
}
