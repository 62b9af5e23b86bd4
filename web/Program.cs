using Pinacle.Web;
using Pinacle.Web.Accounts;
using Pinacle.Web.Api;
using Pinacle.Web.Database;
using Pinacle.Web.Gateway;
using Pinacle.Web.Hosts;
using Pinacle.Web.Jobs;
using Pinacle.Web.Pages;
using Pinacle.Web.Pods;
using Pinacle.Web.Site;

var isVerb = args.Length > 0 && !args[0].StartsWith('-');
var builder = WebApplication.CreateBuilder(args);
if (isVerb)
    builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Services.AddSingleton(TimeProvider.System);
builder.AddSite();
builder.AddDatabase();
builder.AddAccounts();
builder.AddHosts();
builder.AddJobs();
builder.AddPods();
builder.AddApi();
builder.AddGateway();
builder.AddPages();

await using var app = builder.Build();
if (isVerb)
    return await Verbs.Run(args, app.Services);

// First of all: a pod's host never reaches the pages, the API or their cookies.
app.UseEdge();
app.UseGateway();
app.UsePages();
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.UseRateLimiter();
app.MapApi();
app.MapHandOver();
app.MapPages();

await app.RunAsync();
return 0;
