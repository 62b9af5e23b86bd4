using Microsoft.AspNetCore.DataProtection;
using Pinacle.Web.Database;

namespace Pinacle.Web.Accounts;

/// <summary>Puts people and their ways in into the composition.</summary>
public static class AccountsSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddDataProtection().SetApplicationName("pinacle").PersistKeysToDbContext<PinacleDb>();
        builder.Services.AddScoped<PodAccess>();
        builder.Services.AddAuthentication(Schemes.Session).AddCookie(Schemes.Session, options =>
        {
            options.LoginPath = "/sign-in";
            options.ReturnUrlParameter = "return";
        });
        builder.Services.AddAuthorization();
    }
}
