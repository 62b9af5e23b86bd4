using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Pinacle.Web.Site;

namespace Pinacle.Web.Accounts;

/// <summary>The main site's cookie: for that host only, and good only while its row is.</summary>
internal sealed class SessionCookie(IOptions<SiteOptions> site, IOptions<AccountsOptions> accounts) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (!string.Equals(name, Schemes.Session, StringComparison.Ordinal))
            return;
        var https = site.Value.Url.StartsWith("https:", StringComparison.Ordinal);

        // No domain: a cookie with one would be sent to pods' hosts too.
        options.Cookie.Name = https ? "__Host-pinacle" : "pinacle";
        options.Cookie.Path = "/";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = accounts.Value.SessionLifetime;
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.AccessDeniedPath = "/not-found";
        options.ReturnUrlParameter = "return";
        options.Events.OnValidatePrincipal = Validate;
    }

    public void Configure(CookieAuthenticationOptions options) => Configure(null, options);

    private static async Task Validate(CookieValidatePrincipalContext context)
    {
        var claimed = CurrentUser.Of(context.Principal!);
        var user = claimed?.SessionId is { } session
            ? await context.HttpContext.RequestServices.GetRequiredService<Sessions>().UserOf(session, context.HttpContext.RequestAborted)
            : null;
        if (user is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Schemes.Session);
            return;
        }

        // The row decides who this is now, not the cookie of some days ago.
        context.ReplacePrincipal(CurrentUser.Principal(user, claimed!.SessionId, Schemes.Session));
    }
}
