using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.WebEncoders;
using Pinacle.Web.Pages.Hosts;
using Pinacle.Web.Pages.Live;
using Pinacle.Web.Pages.Pods;

namespace Pinacle.Web.Pages;

/// <summary>Puts the pages into the composition.</summary>
public static class PagesSetup
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        var pages = builder.Services.AddRazorPages(options =>
        {
            options.Conventions.AuthorizeFolder("/");
            options.Conventions.AllowAnonymousToPage("/SignIn");
            options.Conventions.AllowAnonymousToPage("/SignInLink");
            options.Conventions.AllowAnonymousToPage("/Error");
        });
        if (builder.Environment.IsDevelopment())
            pages.AddRazorRuntimeCompilation();

        // Names in other scripts stay readable in the source and cost no six bytes a character; what HTML reserves is encoded all the same.
        builder.Services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        builder.Services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css", "text/javascript", "image/svg+xml"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        builder.Services.AddScoped<PodScreens>();
        builder.Services.AddScoped<Dashboards>();
        builder.Services.AddSingleton<Fragments>();
        builder.Services.AddSingleton<PodStream>();
        builder.Services.AddSingleton<DashboardStream>();
        builder.Services.AddScoped<HostScreens>();
        builder.Services.AddSingleton<HostStream>();
    }

    /// <summary>What stands before routing: headers of every answer, and pages for errors. The API answers for itself.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseResponseCompression();
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal), pages =>
        {
            pages.UseExceptionHandler("/error/500");
            pages.UseStatusCodePagesWithReExecute("/error/{0}");
        });
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();
        app.MapGet("/live", (DashboardStream stream, HttpContext context) => stream.Open(context)).RequireAuthorization();
        app.MapGet("/hosts/live", (HostStream stream, HttpContext context) => stream.OpenHosts(context)).RequireAuthorization();
        app.MapGet("/hosts/join/live", (HostStream stream, HttpContext context) => stream.OpenTokens(context)).RequireAuthorization();
        app.MapGet("/pods/{id:guid}/live", (PodStream stream, HttpContext context, Guid id, long? after) => stream.Open(context, id, after ?? 0)).RequireAuthorization();
    }
}
