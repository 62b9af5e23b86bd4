using System.Globalization;

namespace Pinacle.Web.Gateway;

/// <summary>How often a page of ours asks again by itself: ever more seldom, and after some minutes no more, so that a forgotten tab does not ask for ever. Whoever goes to the page anew begins anew.</summary>
public static class Patience
{
    private static readonly int[] Waits = [2, 3, 5, 8, 13, 21, 34, 55];

    /// <summary>Seconds until the page that is being written asks again; null when it has asked often enough.</summary>
    public static int? Next(HttpContext context, PodCookie cookie)
    {
        var request = context.Request;
        if (!GatewayPage.IsNavigation(request))
            return Waits[0];
        var tries = request.Headers["Sec-Fetch-User"] != "?1" && int.TryParse(request.Cookies[cookie.TriesName], NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : 0;
        if (tries >= Waits.Length)
            return null;
        context.Response.OnStarting(() =>
        {
            cookie.WriteTries(context.Response, tries + 1);
            return Task.CompletedTask;
        });
        return Waits[tries];
    }
}
