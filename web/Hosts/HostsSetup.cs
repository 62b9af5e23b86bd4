namespace Pinacle.Web.Hosts;

/// <summary>Puts hosts into the composition.</summary>
public static class HostsSetup
{
    public static void AddHosts(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<HostsOptions>().BindConfiguration(HostsOptions.Section)
            .Validate(options => options.DownAfter > TimeSpan.Zero, "cannot start: Hosts:DownAfter is not positive")
            .ValidateOnStart();
        builder.Services.AddSingleton<HostKeys>();
        builder.Services.AddSingleton<PoddClients>();
        builder.Services.AddScoped<Placement>();
        builder.Services.AddScoped<ReportWriter>();
        builder.Services.AddScoped<Enrolment>();
        builder.Services.AddHostedService<ReportFollower>();
    }
}
