using System.Net;

namespace Pinacle.Web.Accounts;

/// <summary>Whether a login alone is enough to sign in: in Development, for somebody at the machine itself. A proxy in front would make everybody look so, hence no forwarded headers.</summary>
public sealed class DevelopmentSignIn(IHostEnvironment environment)
{
    private static readonly string[] Forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP", "Via"];

    public bool IsOffered(HttpContext context) =>
        environment.IsDevelopment()
        && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Array.Exists(Forwarded, name => context.Request.Headers.ContainsKey(name));
}
