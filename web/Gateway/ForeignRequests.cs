using Microsoft.AspNetCore.Http.Features;

namespace Pinacle.Web.Gateway;

/// <summary>What a request's headers tell of who made it: a page of ours, a page of somebody else's, or no page at all.</summary>
internal static class ForeignRequests
{
    /// <summary>True for a WebSocket or another upgrade, over HTTP/1.1 or as the extended CONNECT of HTTP/2.</summary>
    public static bool IsUpgrade(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true && !context.Request.Headers.Upgrade.ToString().Equals("h2c", StringComparison.OrdinalIgnoreCase))
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

    /// <summary>True for an upgrade to anything but a WebSocket. HTTP/2 in clear text is an offer that a server may leave aside (RFC 9110, section 7.8), and is.</summary>
    public static bool IsOtherUpgrade(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
            return !"websocket".Equals(connect.Protocol, StringComparison.OrdinalIgnoreCase);
        var upgrade = context.Request.Headers.Upgrade;
        return upgrade.Count > 0 && !upgrade.ToString().Split(',', StringSplitOptions.TrimEntries).All(name => name.Equals("websocket", StringComparison.OrdinalIgnoreCase) || name.Equals("h2c", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a program asks, or a person who did something just now; false for what a page does of its own accord.</summary>
    public static bool IsByPerson(HttpRequest request) => !IsByBrowser(request) || request.Headers["Sec-Fetch-User"] == "?1";

    /// <summary>Whether a request may wake its pod: a program's may, and a person's who goes to a page; what a page in a forgotten tab does by itself may not.</summary>
    public static bool MayWake(HttpRequest request, bool isUpgrade) =>
        !isUpgrade && IsByPerson(request) && (!IsByBrowser(request) || GatewayPage.IsNavigation(request));

    private static bool IsByBrowser(HttpRequest request) => request.Headers.ContainsKey("Sec-Fetch-Mode") || request.Headers.ContainsKey("Sec-Fetch-Site");
}
