using Pinacle.GitServer;

// A git server over HTTP for tests: bare repositories below --root, served by git's own http-backend (smart protocol).
// Whatever lies below private/ wants a sign-in that nobody has, as a private repository of a forge does.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
var backend = new HttpBackend(app.Configuration["root"] ?? throw new InvalidOperationException("git-server needs --root FOLDER"));

app.Map("/private/{**path}", (HttpContext context) =>
{
    context.Response.Headers.WWWAuthenticate = "Basic realm=\"git-server\"";
    return Results.Text("sign in first", statusCode: StatusCodes.Status401Unauthorized);
});
app.Map("/{**path}", backend.Answer);
await app.RunAsync();
