// The gateway's peer: stock YARP with one fixed route. Arguments: what it listens on, where it sends to.
using Yarp.ReverseProxy.Configuration;

if (args is not [var listen, var destination])
{
    Console.Error.WriteLine("usage: Yarp http://127.0.0.1:18491 http://10.0.0.2:8000/");
    return 2;
}
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls(listen);
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "app", Match = new RouteMatch { Path = "{**all}" } }],
    [new ClusterConfig { ClusterId = "app", Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["app"] = new() { Address = destination } } }]);
var app = builder.Build();
app.MapReverseProxy();
await app.RunAsync();
return 0;
