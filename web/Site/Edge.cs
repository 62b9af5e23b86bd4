using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Pinacle.Web.Site;

/// <summary>What stands before everything else: who really asks, behind proxies that are trusted, and that browsers come by HTTPS from now on (RFC 6797).</summary>
public static class Edge
{
    private const string Year = "max-age=31536000";

    public static void UseEdge(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<SiteOptions>>().Value;
        if (options.TrustedProxies.Length > 0)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in options.TrustedProxies)
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
            app.UseForwardedHeaders(forwarded);
        }

        if (!options.IsHttps)
            return;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.StrictTransportSecurity = Year;
                return Task.CompletedTask;
            });
            return next(context);
        });
    }
}
