using Pinacle.Web.Accounts;
using Pinacle.Web.Database;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.AddSite();
builder.AddDatabase();
builder.AddAccounts();
builder.AddHosts();
builder.AddJobs();
builder.AddPods();

await using var app = builder.Build();
if (args is ["migrate"])
    return await DatabaseSetup.Migrate(app.Services, CancellationToken.None);

app.UseAuthentication();
app.UseAuthorization();

await app.RunAsync();
return 0;
