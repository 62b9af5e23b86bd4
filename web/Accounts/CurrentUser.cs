using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Pinacle.Web.Accounts;

/// <summary>Who is asking: from the session cookie on pages, from the API token on the API.</summary>
/// <param name="Id">Key in <c>users</c>.</param>
/// <param name="Slug">The login.</param>
/// <param name="IsOperator">Whether they run the place.</param>
/// <param name="SessionId">The session; null for an API token.</param>
public sealed record CurrentUser(Guid Id, string Slug, bool IsOperator, Guid? SessionId)
{
    internal const string OperatorClaim = "operator";

    /// <summary>The person behind a principal; null for an anonymous visitor.</summary>
    public static CurrentUser? Of(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true || !Guid.TryParse(principal.FindFirstValue(JwtRegisteredClaimNames.Sub), out var id))
            return null;
        return new CurrentUser(
            id,
            principal.FindFirstValue(JwtRegisteredClaimNames.Name) ?? "",
            principal.HasClaim(OperatorClaim, "true"),
            Guid.TryParse(principal.FindFirstValue(JwtRegisteredClaimNames.Sid), out var session) ? session : null);
    }

    internal static ClaimsPrincipal Principal(User user, Guid? sessionId, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, JwtRegisteredClaimNames.Name, roleType: null);
        identity.AddClaim(new Claim(JwtRegisteredClaimNames.Sub, user.Id.ToString()));
        identity.AddClaim(new Claim(JwtRegisteredClaimNames.Name, user.Slug));
        if (user.IsOperator)
            identity.AddClaim(new Claim(OperatorClaim, "true"));
        if (sessionId is { } id)
            identity.AddClaim(new Claim(JwtRegisteredClaimNames.Sid, id.ToString()));
        return new ClaimsPrincipal(identity);
    }
}
