using Microsoft.Extensions.Options;
using Npgsql;
using Pinacle.Web.Database;
using Pinacle.Web.Site;

namespace Pinacle.Web.Gateway;

/// <summary>Puts the gateway into the composition, and first in the pipeline: a pod's host never reaches the pages, the API or their cookies.</summary>
public static class GatewaySetup
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<RouteTable>();
        builder.Services.AddSingleton<PodCookie>();
        builder.Services.AddSingleton<HandOver>();
        builder.Services.AddSingleton<SharedAccess>();
        builder.Services.AddSingleton<IdentityTokens>();
        builder.Services.AddSingleton<PodTransport>();
        builder.Services.AddSingleton<OpenConnections>();
        builder.Services.AddSingleton<GatewayRequest>();
    }

    /// <summary>Takes requests to services' hosts; lets the main site's through; refuses every other host.</summary>
    public static void UseGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<SiteOptions>>().Value;
        var (domain, site) = (options.Domain, new Uri(options.Url).Host);
        var gateway = app.Services.GetRequiredService<GatewayRequest>();
        app.Use(async (context, next) =>
        {
            var host = HostKind.Of(context.Request.Host.Host, domain, site);
            if (host.IsMain && ForeignRequests.IsForeign(context))
                await GatewayPage.Write(context, StatusCodes.Status403Forbidden, "Refused", "This request was made by a page of another origin.");
            else if (host.Label is { } label)
                await Serve(gateway, context, label);
            else if (host.IsMain || IsForMachines(context.Request))
                await next(context);
            else
                await GatewayPage.Write(context, StatusCodes.Status404NotFound, "Unknown host", $"{context.Request.Host.Host} is not served here. Services are at service-pod-user.{domain}.");
        });
    }

    /// <summary>The main site's half of the hand-over, and the key by which apps check who asks.</summary>
    public static void MapHandOver(this WebApplication app)
    {
        app.MapGet(IdentityTokens.JwksPath, (HttpContext context, IdentityTokens tokens, CancellationToken cancellationToken) => tokens.Jwks(context, cancellationToken)).ExcludeFromDescription();
        app.MapGet(HandOver.Path, (HttpContext context, HandOver handOver, PinacleDb db, CancellationToken cancellationToken) => handOver.Give(context, db, cancellationToken)).ExcludeFromDescription();
    }

    private static async Task Serve(GatewayRequest gateway, HttpContext context, ServiceLabel label)
    {
        try
        {
            await gateway.Answer(context, label);
        }
        catch (Exception exception) when (IsDatabaseDown(exception))
        {
            await GatewayPage.Write(context, StatusCodes.Status503ServiceUnavailable, "Cannot tell who may open this", "The database does not answer at the moment.", refresh: 5);
        }
    }

    internal static bool IsDatabaseDown(Exception exception) =>
        exception is NpgsqlException or TimeoutException or InvalidOperationException { InnerException: NpgsqlException };

    // Health checks and enrolling hosts come by address, whatever name they know web by.
    private static bool IsForMachines(HttpRequest request) =>
        request.Path == "/health" || request.Path == "/metrics" || request.Path == Contracts.PoddRoutes.Enrol;
}
