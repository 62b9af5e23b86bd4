using System.Net;
using System.Net.Http.Headers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Pinacle.Web.Tests.Gateway;

public sealed class IdentityTests(GatewayStand stand) : IClassFixture<GatewayStand>
{
    private const string Origin = "http://web-who-alice.pinacle.localhost:8080";

    [Fact]
    public async Task An_app_can_check_who_asks_by_the_published_key()
    {
        var token = await TokenOf("web-who-alice");
        using var anybody = await stand.Browser();
        using var keys = await anybody.Get(GatewayStand.Site + "/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.OK, keys.StatusCode);
        var text = await keys.Content.ReadAsStringAsync();
        Assert.DoesNotContain("\"d\"", text, StringComparison.Ordinal);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = GatewayStand.Site,
            ValidAudience = Origin,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = new JsonWebKeySet(text).GetSigningKeys(),
            ClockSkew = TimeSpan.Zero,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal((await stand.User("alice")).Id.ToString(), result.ClaimsIdentity.FindFirst("sub")?.Value);
        Assert.Equal("alice", result.ClaimsIdentity.FindFirst("preferred_username")?.Value);
        var read = new JsonWebToken(token);
        Assert.Equal(TimeSpan.FromSeconds(60), read.ValidTo - read.IssuedAt);
    }

    [Fact]
    public async Task A_token_is_made_once_for_many_requests_and_anew_for_each_service()
    {
        var first = await TokenOf("web-who-alice");
        Assert.Equal(first, await TokenOf("web-who-alice"));
        var named = new JsonWebToken(await TokenOf("named-who-alice"));
        Assert.Equal("http://named-who-alice.pinacle.localhost:8080", Assert.Single(named.Audiences));
    }

    [Fact]
    public async Task Our_api_refuses_what_an_app_was_told()
    {
        var token = await TokenOf("web-who-alice");
        using var client = stand.Web.Web.Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/v1/me");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var program = await stand.Browser();
        using var gateway = await program.Get(GatewayStand.Url("web-who-alice"), ("Pinacle-Authorization", "Bearer " + token));
        Assert.Equal(HttpStatusCode.Unauthorized, gateway.StatusCode);
    }

    [Fact]
    public async Task A_public_service_is_not_told_who_asks()
    {
        await stand.PodOnce("alice", "who");
        stand.App.Reset();
        using var program = await stand.Browser();
        using var answer = await program.Get(GatewayStand.Url("open-who-alice", "/headers"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")), ("X-Pinacle-Token", "forged"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(stand.App.Seen.Keys, name => name.StartsWith("X-Pinacle", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_preflight_of_a_stranger_carries_nobodys_name()
    {
        await stand.PodOnce("alice", "who");
        stand.App.Reset();
        using var program = await stand.Browser();
        using var request = new HttpRequestMessage(HttpMethod.Options, GatewayStand.Url("web-who-alice", "/headers"));
        request.Headers.Add("Origin", GatewayStand.Url("open-who-alice").TrimEnd('/'));
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Pinacle-Authorization", "Bearer " + await stand.Token("bob"));
        using var answer = await program.Send(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(stand.App.Seen.Keys, name => name.StartsWith("X-Pinacle", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<string> TokenOf(string label)
    {
        await stand.PodOnce("alice", "who");
        stand.App.Reset();
        using var program = await stand.Browser();
        using var answer = await program.Get(GatewayStand.Url(label, "/headers"), ("Pinacle-Authorization", "Bearer " + await stand.Token("alice")));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return stand.App.Seen["X-Pinacle-Token"];
    }
}
