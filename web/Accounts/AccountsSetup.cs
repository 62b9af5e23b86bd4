using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Pinacle.Web.Accounts;

/// <summary>Puts people and their ways in into the composition.</summary>
public static class AccountsSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.AddKeyRing();
        builder.Services.AddOptions<AccountsOptions>().BindConfiguration(AccountsOptions.Section)
            .Validate(options => options.SessionLifetime > TimeSpan.Zero && options.TokenLifetime > TimeSpan.Zero, "cannot start: a lifetime in Accounts is not positive")
            .ValidateOnStart();
        builder.Services.AddSingleton<DevelopmentSignIn>();
        builder.Services.AddSingleton<SigningKeys>();
        builder.Services.AddScoped<PodAccess>();
        builder.Services.AddScoped<People>();
        builder.Services.AddScoped<Sessions>();
        builder.Services.AddScoped<SignInLinks>();
        builder.Services.AddScoped<ApiTokens>();
        builder.Services.AddScoped<ShareLinks>();
        builder.Services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SessionCookie>();
        builder.Services.AddSingleton<IConfigureOptions<AntiforgeryOptions>, FormCookie>();
        builder.Services.AddAuthentication(Schemes.Session)
            .AddCookie(Schemes.Session)
            .AddScheme<AuthenticationSchemeOptions, ApiTokenScheme>(Schemes.ApiToken, null);
        builder.Services.AddAuthorization();
    }
}
