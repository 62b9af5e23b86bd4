using Pinacle.Web.Accounts;

namespace Pinacle.Web.Api;

/// <summary>Routes that are there for operators alone.</summary>
internal static class Operators
{
    /// <summary>To anybody else these routes do not exist.</summary>
    public static RouteGroupBuilder ForOperators(this RouteGroupBuilder group) =>
        group.AddEndpointFilter(async (context, next) => context.HttpContext.RequiredUser().IsOperator ? await next(context) : ApiSetup.NoRoute());
}
