using System.Threading.RateLimiting;
using Pinacle.Web.Accounts;

namespace Pinacle.Web.Site;

/// <summary>How often one may ask. Section <c>RateLimits</c>: <c>SignIn</c>, <c>Api</c>, <c>CreatePod</c>, each a number a minute.</summary>
public static class RateLimits
{
    /// <summary>Per address; default 30 a minute.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Per person; default 1200 a minute.</summary>
    public const string Api = "api";

    /// <summary>Per person; default 30 a minute.</summary>
    public const string CreatePod = "create-pod";

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var limits = builder.Configuration.GetSection("RateLimits");
        builder.Services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = async (context, cancellationToken) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 60;
                context.HttpContext.Response.Headers.RetryAfter = wait.ToString();
                if (!context.HttpContext.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
                    return; // pages have one for this status
                await Results.Problem(statusCode: StatusCodes.Status429TooManyRequests, title: "Too many requests", detail: $"Try again in {wait} s.").ExecuteAsync(context.HttpContext);
            };
            options.AddPolicy(SignIn, context => PerMinute(Address(context), limits.GetValue("SignIn", 30)));
            options.AddPolicy(Api, context => PerMinute(context.CurrentUser()?.Id.ToString() ?? Address(context), limits.GetValue("Api", 1200)));
            options.AddPolicy(CreatePod, context => PerMinute(context.CurrentUser()?.Id.ToString() ?? Address(context), limits.GetValue("CreatePod", 30)));
        });
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static RateLimitPartition<string> PerMinute(string who, int count) => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = count,
        TokensPerPeriod = Math.Max(1, count / 6),
        ReplenishmentPeriod = TimeSpan.FromSeconds(10),
        QueueLimit = 0,
    });
}
