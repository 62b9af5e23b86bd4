using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Pinacle.Web.Accounts;

/// <summary>Signs requests of the API in by <c>Authorization: Bearer</c>. Cookies count for nothing there, so no other site can act through a browser.</summary>
internal sealed class ApiTokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var principal = await tokens.Check(header[Bearer.Length..].Trim(), Context.RequestAborted);
        return principal is null
            ? AuthenticateResult.Fail("the token is not ours, too old or revoked")
            : AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        await Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: "Not signed in", detail: "Send an API token: Authorization: Bearer …").ExecuteAsync(Context);
    }
}
