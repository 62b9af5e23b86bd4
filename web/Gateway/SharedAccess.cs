using Pinacle.Web.Accounts;

namespace Pinacle.Web.Gateway;

/// <summary>Opens a service to whoever has a link to it: the link is exchanged for a cookie of that service's host, so that its secret does not stay in the address.</summary>
public sealed class SharedAccess(PodCookie cookie, RouteTable routes)
{
    /// <summary>Path of a link on a service's host; the secret follows. The app never sees it.</summary>
    public const string Path = "/.pinacle/share/";

    /// <summary>True for a link's path, good or not.</summary>
    public static bool IsLink(HttpRequest request) => request.Path.StartsWithSegments("/.pinacle/share", StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes a link.</summary>
    public async Task Take(HttpContext context, ServiceLabel label)
    {
        var request = context.Request;
        var token = request.Path.Value is { } path && path.StartsWith(Path, StringComparison.OrdinalIgnoreCase) ? path[Path.Length..] : "";
        var pod = await routes.Find(label, context.RequestAborted);
        var link = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && token.Length > 0 ? Find(pod, token) : null;
        if (link is not { } found || !found.Route.Opens(label, routes.Now))
        {
            await GatewayPage.Write(context, StatusCodes.Status404NotFound, "This link opens nothing", "It has expired or was revoked, or it is not whole. Ask whoever gave it to you for another.");
            return;
        }
        cookie.WriteLink(context.Response, label, found.Id);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    /// <summary>The link by which a browser comes; null where there is none that opens this service now.</summary>
    public Guid? Of(HttpContext context, ServiceLabel label, PodRoute pod) =>
        cookie.ReadLink(context.Request, label) is { } link && pod.Opens(link, label, routes.Now) ? link : null;

    /// <summary>Tells somebody whose link has ended so, once: the next try signs in. False where nobody came by a link.</summary>
    public async Task<bool> TellOfEnd(HttpContext context, ServiceLabel label)
    {
        if (cookie.ReadLink(context.Request, label) is null || !GatewayPage.IsNavigation(context.Request))
            return false;
        context.Response.OnStarting(() =>
        {
            cookie.EraseLink(context.Response);
            return Task.CompletedTask;
        });
        await GatewayPage.Write(context, StatusCodes.Status410Gone, "The link has ended", "The link by which this browser came here has expired or was revoked. Ask for another, or open the address again to sign in.");
        return true;
    }

    private static (Guid Id, LinkRoute Route)? Find(PodRoute? pod, string token)
    {
        var hash = Secret.Hash(token);
        foreach (var (id, route) in pod?.Links ?? new Dictionary<Guid, LinkRoute>())
        {
            if (route.TokenHash.AsSpan().SequenceEqual(hash))
                return (id, route);
        }
        return null;
    }
}
