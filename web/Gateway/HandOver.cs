using Microsoft.EntityFrameworkCore;
using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Site;

namespace Pinacle.Web.Gateway;

/// <summary>Carries a session from the main site to a service's own host: the service's host sets a nonce and asks the main site, which gives a code that is good once, for 30 seconds, for that label and that browser.</summary>
public sealed class HandOver(PodCookie cookie, RouteTable routes, SiteUrls urls, TimeProvider time)
{
    /// <summary>Path on a service's host that takes the code.</summary>
    public const string CallbackPath = "/.pinacle/callback";

    /// <summary>Path on the main site that gives it.</summary>
    public const string Path = "/hand-over";

    private static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(30);

    /// <summary>Sends a browser without a cookie to the main site.</summary>
    public void Begin(HttpContext context, ServiceLabel label)
    {
        // An attempt in another tab keeps its nonce, or the first to end would break the other.
        var nonce = context.Request.Cookies[cookie.NonceName] is { Length: 43 } underWay ? underWay : Secret.Make();
        cookie.WriteNonce(context.Response, nonce);
        var query = QueryString.Create("label", label.ToString())
            .Add("return", ReturnPath.Safe(context.Request.Path + context.Request.QueryString))
            .Add("nonce", Convert.ToHexStringLower(Secret.Hash(nonce)));
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(urls.Page(Path + query));
    }

    /// <summary>On the main site: gives a code to somebody who may open the service.</summary>
    public async Task<IResult> Give(HttpContext context, PinacleDb db, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (context.CurrentUser() is not { SessionId: { } session } user)
            return Results.Redirect("/sign-in" + QueryString.Create("return", Path + request.QueryString));
        if (ServiceLabel.Parse(request.Query["label"].ToString()) is not { } label
            || request.Query["nonce"].ToString() is not { Length: 64 } nonce || !nonce.All(char.IsAsciiHexDigit)
            || await routes.Find(label, cancellationToken) is not { } pod || pod.Find(label) is not { } service || !pod.Admits(service, user.Id))
        {
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
            ReturnPath = ReturnPath.Safe(request.Query["return"]),
            ExpiresAt = now + CodeLife,
        });
        await db.SaveChangesAsync(cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return Results.Redirect(urls.Service(label.Service, label.Pod, label.User).TrimEnd('/') + CallbackPath + QueryString.Create("code", code));
    }

    /// <summary>On the service's host: takes the code and lets the browser in.</summary>
    /// <returns>Where to go on; null when the code is not good here.</returns>
    public async Task<string?> Take(HttpContext context, ServiceLabel label, CancellationToken cancellationToken)
    {
        var (code, nonce) = (context.Request.Query["code"].ToString(), context.Request.Cookies[cookie.NonceName] ?? "");
        var (hash, now) = (Secret.Hash(code), time.GetUtcNow());
        var db = context.RequestServices.GetRequiredService<PinacleDb>();
        var found = await db.HandoverCodes.AsNoTracking().SingleOrDefaultAsync(one => one.CodeHash == hash, cancellationToken);
        // Deleting is what makes it single use: of two who race with one code, one deletes it.
        if (found is null || await db.HandoverCodes.Where(one => one.Id == found.Id).ExecuteDeleteAsync(cancellationToken) != 1)
            return null;
        if (found.ExpiresAt <= now || found.Label != label.ToString() || !found.NonceHash.AsSpan().SequenceEqual(Secret.Hash(nonce)))
            return null;
        cookie.EraseNonce(context.Response);
        cookie.Write(context.Response, label, found.SessionId);
        return ReturnPath.Safe(found.ReturnPath);
    }
}
