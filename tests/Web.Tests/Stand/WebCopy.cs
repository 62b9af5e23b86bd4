using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Pinacle.Web.Tests.Stand;

/// <summary>One running copy of web, on a loopback port of its own.</summary>
public sealed class WebCopy : WebApplicationFactory<Program>
{
    private readonly string database;
    private readonly (string Key, string Value)[] settings;

    public WebCopy(string database, (string Key, string Value)[] settings)
    {
        (this.database, this.settings) = (database, settings);
        UseKestrel(0);
        StartServer();
    }

    /// <summary>A client without cookies that follows no redirect.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = ClientOptions.BaseAddress };

        // The main site has one name; under others are pods or nothing.
        client.DefaultRequestHeaders.Host = "pinacle.localhost:8080";
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("ConnectionStrings:Pinacle", database);
        builder.UseSetting("Site:Url", "http://pinacle.localhost:8080");
        builder.UseSetting("Gateway:Domain", "pinacle.localhost");
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.UseSetting("Hosts:FollowAgainAfter", "00:00:00.200");
        builder.UseSetting("Jobs:BackoffFirst", "00:00:00.100");
        builder.UseSetting("Jobs:Grace", "00:00:00.200");
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
    }
}
