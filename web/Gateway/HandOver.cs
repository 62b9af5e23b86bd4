using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Site;

namespace Pinacle.Web.Gateway;

/// <summary>
/// Carries a session from the main site to a service's own host: the service's host sets a nonce and asks the main site, which gives a code that is good once, for 30 seconds, for that label and that browser.
/// From there on through each of the pod's other services (<see cref="HandOverWay"/>), so that a private page may call its pod's private API, and back to where it began: its home.
/// </summary>
public sealed class HandOver(PodCookie cookie, RouteTable routes, SiteUrls urls, TimeProvider time)
{
    /// <summary>Path on a service's host that takes the code.</summary>
    public const string CallbackPath = "/.pinacle/callback";

    /// <summary>Path on a service's host that asks for one, on the way through a pod's services.</summary>
    public const string EnterPath = "/.pinacle/enter";

    /// <summary>Path on the main site that gives it.</summary>
    public const string Path = "/hand-over";

    private static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(30);

    /// <summary>Sends a browser without a cookie to the main site; it is to come back to where it is now.</summary>
    public void Begin(HttpContext context, ServiceLabel label) =>
        Begin(context, label, new HandOverWay(label, label, context.Request.Path + context.Request.QueryString));

    /// <summary>The same in the middle of the way through a pod's services.</summary>
    public void Enter(HttpContext context, ServiceLabel label) => Begin(context, label, HandOverWay.Of(context.Request, label));

    private void Begin(HttpContext context, ServiceLabel label, HandOverWay way)
    {
        // An attempt in another tab keeps its nonce, or the first to end would break the other.
        var nonce = context.Request.Cookies[cookie.NonceName] is { Length: 43 } underWay ? underWay : Secret.Make();
        cookie.WriteNonce(context.Response, nonce);
        var query = QueryString.Create("label", label.ToString())
            .Add("return", way.Path)
            .Add("nonce", Convert.ToHexStringLower(Secret.Hash(nonce)))
            .Add(way.Query);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(urls.Page(Path + query));
    }

    /// <summary>On the main site: gives a code to somebody who may open the service.</summary>
    public async Task<IResult> Give(HttpContext context, PinacleDb db, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (context.CurrentUser() is not { SessionId: { } session } user)
            return Results.Redirect("/sign-in" + QueryString.Create("return", Path + request.QueryString));
        var label = ServiceLabel.Parse(request.Query["label"].ToString());
        var way = label is null ? null : HandOverWay.Of(request, label);
        if (label is null || way is null
            || request.Query["nonce"].ToString() is not { Length: 64 } nonce || !nonce.All(char.IsAsciiHexDigit)
            || await routes.Find(label, cancellationToken) is not { } pod || pod.Find(label) is not { } service || !pod.Admits(service, user.Id))
        {
            // A service that went while the browser was on its way to it is passed by.
            if (way is { IsHome: false })
                return Results.Redirect(way.Home(urls));
            await GatewayPage.Write(context, StatusCodes.Status404NotFound, "No such pod", $"Nothing is here, or {user.Slug} may not see it.");
            return Results.Empty;
        }
        var now = time.GetUtcNow();
        await db.HandoverCodes.Where(old => old.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var code = Secret.Make();
        db.HandoverCodes.Add(new HandoverCode
        {
            CodeHash = Secret.Hash(code),
            Label = label.ToString(),
            SessionId = session,
            NonceHash = Convert.FromHexString(nonce),
            ReturnPath = way.Path,
            ExpiresAt = now + CodeLife,
        });
        await db.SaveChangesAsync(cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Redirect(urls.Service(label.Service, label.Pod, label.User).TrimEnd('/') + CallbackPath + QueryString.Create("code", code).Add(way.Query));
    }

    /// <summary>On the service's host: takes the code and lets the browser in.</summary>
    /// <returns>Where to go on; null when the code is not good here.</returns>
    public async Task<HandOverStep?> Take(HttpContext context, ServiceLabel label, CancellationToken cancellationToken)
    {
        var (code, nonce) = (context.Request.Query["code"].ToString(), context.Request.Cookies[cookie.NonceName] ?? "");
        var (hash, now) = (Secret.Hash(code), time.GetUtcNow());
        var db = context.RequestServices.GetRequiredService<PinacleDb>();
        var way = HandOverWay.Of(context.Request, label);
        var found = await db.HandoverCodes.AsNoTracking().SingleOrDefaultAsync(one => one.CodeHash == hash, cancellationToken);
        // Deleting is what makes it single use: of two who race with one code, one deletes it.
        if (found is null || await db.HandoverCodes.Where(one => one.Id == found.Id).ExecuteDeleteAsync(cancellationToken) != 1
            || found.ExpiresAt <= now || found.Label != label.ToString() || !found.NonceHash.AsSpan().SequenceEqual(Secret.Hash(nonce)))
        {
            // Another tab was here first. Where the way began the browser is let in already, or asks again.
            return way.IsHome ? null : new(way.Home(urls), Rests: false);
        }
        cookie.EraseNonce(context.Response);
        cookie.Write(context.Response, label, found.SessionId);
        return (way with { Path = ReturnPath.Safe(found.ReturnPath) }).Next(await routes.Find(label, cancellationToken), urls);
    }
}
