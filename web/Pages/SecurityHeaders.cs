using Microsoft.Extensions.Options;
using Pinacle.Web.Site;

namespace Pinacle.Web.Pages;

/// <summary>What browsers are told about every answer of the main site.</summary>
internal static class SecurityHeaders
{
    /// <summary>Adds them to what follows. No inline script or style runs; frames, plug-ins and foreign bases are out.</summary>
    public static void UseSecurityHeaders(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<IOptions<SiteOptions>>().Value;

        // Signing in may end on a service's own host, and Chromium holds form-action against every redirect of a form.
        var services = $"{site.Scheme ?? new Uri(site.Url).Scheme}://*.{site.Domain}:{site.Port ?? new Uri(site.Url).Port}";
        var policy = $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self' {services}; base-uri 'none'; frame-ancestors 'none'";
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            return next(context);
        });
    }
}
