using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Hosts;
using Pinacle.Web.Site;

namespace Pinacle.Web.Api;

/// <summary>Puts <c>/api/v1</c>, <c>/enrol</c> and <c>/health</c> into the composition.</summary>
public static class ApiSetup
{
    public const string Root = "/api/v1";

    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi("v1");
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            // A misspelt field would otherwise do nothing in silence.
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.MaxDepth = 16;
        });
        builder.Services.AddScoped<PodApiContext>();
        builder.Services.AddSingleton<Health>();
    }

    public static void MapApi(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal), api => api.UseMiddleware<ApiErrors>());
        app.MapOpenApi(Root + "/openapi.json");
        app.MapGet("/health", (Health health, CancellationToken cancellationToken) => health.Answer(cancellationToken)).ExcludeFromDescription();
        app.MapPost(PoddRoutes.Enrol, Enrol).RequireRateLimiting(RateLimits.SignIn).ExcludeFromDescription();

        var api = app.MapGroup(Root)
            .RequireAuthorization(new AuthorizationPolicyBuilder(Schemes.ApiToken).RequireAuthenticatedUser().Build())
            .RequireRateLimiting(RateLimits.Api);
        SiteApi.Map(api);
        PodsApi.Map(api);
        PodContentApi.Map(api);
        ServicesApi.Map(api);
        PodEventsApi.Map(api);
        HostsApi.Map(api);
        api.MapFallback(NoRoute).ExcludeFromDescription();
    }

    /// <summary>The answer where there is nothing.</summary>
    internal static IResult NoRoute() => Results.Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found", detail: "The API has no such route; see /api/v1/openapi.json.");

    private static async Task<IResult> Enrol(HttpRequest request, Enrolment enrolment, CancellationToken cancellationToken)
    {
        try
        {
            var asked = await JsonSerializer.DeserializeAsync(request.Body, ContractsJson.Default.HostEnrolment, cancellationToken)
                ?? throw new FaultException(FaultKind.Invalid, "cannot enrol the host: the request is empty");
            return Results.Json(await enrolment.Enrol(asked, cancellationToken), ContractsJson.Default.HostEnrolled);
        }
        catch (FaultException exception)
        {
            return Results.Json(new FaultAnswer(exception.Fault), ContractsJson.Default.FaultAnswer, statusCode: FaultStatus.Of(exception.Fault.Kind));
        }
        catch (JsonException exception)
        {
            var fault = new Fault(FaultKind.Invalid, "cannot enrol the host: the request cannot be read", exception.Message);
            return Results.Json(new FaultAnswer(fault), ContractsJson.Default.FaultAnswer, statusCode: FaultStatus.Of(fault.Kind));
        }
    }
}
