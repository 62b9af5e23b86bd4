using Microsoft.AspNetCore.Http.Features;

namespace Pinacle.Web.Gateway;

/// <summary>What a request's headers tell of who made it: a page of ours, a page of somebody else's, or no page at all.</summary>
internal static class ForeignRequests
{
    /// <summary>True for a WebSocket or another upgrade, over HTTP/1.1 or as the extended CONNECT of HTTP/2.</summary>
    public static bool IsUpgrade(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    /// <summary>True for a request to the main site that changes something or opens a WebSocket, from a page of another origin. Pods' pages are of the same site as ours, so SameSite on cookies does not keep them out; the browser's <c>Origin</c> does.</summary>
    public static bool IsForeign(HttpContext context)
    {
        var request = context.Request;
        var upgrade = IsUpgrade(context);
        if (!upgrade && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)))
            return false;
        if (request.Headers.Origin.ToString() is not { Length: > 0 } from)
            return upgrade && request.Headers.Authorization.Count == 0;
        return !Uri.TryCreate(from, UriKind.Absolute, out var origin)
            || !Uri.TryCreate($"{origin.Scheme}://{request.Host.Value}", UriKind.Absolute, out var own)
            || !origin.Authority.Equals(own.Authority, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a request may wake its pod: a program's may, and a person's who goes to a page; what a page in a forgotten tab does by itself may not.</summary>
    public static bool MayWake(HttpContext context, bool isUpgrade)
    {
        var headers = context.Request.Headers;
        if (isUpgrade)
            return false;
        return headers.ContainsKey("Sec-Fetch-Mode") || headers.ContainsKey("Sec-Fetch-Site")
            ? GatewayPage.IsNavigation(context.Request) && headers["Sec-Fetch-User"] == "?1"
            : true;
    }
}
