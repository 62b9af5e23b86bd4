using System.Net;
using System.Text.RegularExpressions;

namespace Pinacle.Web.Hosts;

/// <summary>Puts hosts into the composition.</summary>
public static partial class HostsSetup
{
    public static void AddHosts(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<HostsOptions>().BindConfiguration(HostsOptions.Section)
            .Validate(options => options.DownAfter > TimeSpan.Zero, "cannot start: Hosts:DownAfter is not positive")
            .Validate(options => options.Deny.All(IsDeniable), "cannot start: Hosts:Deny has an entry that is no address, network (10.0.0.0/8) or name")
            .Validate(options => options.WebUrl is null || (Uri.TryCreate(options.WebUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"), "cannot start: Hosts:WebUrl is not an http or https URL")
            .Validate(options => options.Pin is null || PinPattern().IsMatch(options.Pin), "cannot start: Hosts:Pin is not sha256: and 64 lower-case hex digits")
            .ValidateOnStart();
        builder.Services.AddSingleton<HostKeys>();
        builder.Services.AddSingleton<PoddClients>();
        builder.Services.AddScoped<Placement>();
        builder.Services.AddScoped<ReportWriter>();
        builder.Services.AddScoped<JoinTokens>();
        builder.Services.AddSingleton<JoinCommand>();
        builder.Services.AddScoped<Enrolment>();
        builder.Services.AddScoped<HostList>();
        builder.Services.AddSingleton<HostChanges>();
        builder.Services.AddSingleton<DeniedAddresses>();
        builder.Services.AddSingleton<DenyUpkeep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DenyUpkeep>());
        builder.Services.AddHostedService<ReportFollower>();
    }

    private static bool IsDeniable(string entry) =>
        IPNetwork.TryParse(entry, out _) || Uri.CheckHostName(entry) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex PinPattern();
}
