using Pinacle.Web.Accounts;
using Pinacle.Web.Database;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.AddDatabase();
builder.AddAccounts();

await using var app = builder.Build();
if (args is ["migrate"])
    return await DatabaseSetup.Migrate(app.Services, CancellationToken.None);

app.UseAuthentication();
app.UseAuthorization();

await app.RunAsync();
return 0;
