using Pinacle.Web.Repositories;

namespace Pinacle.Web.Pods;

/// <summary>Puts pods into the composition.</summary>
public static class PodsSetup
{
    public static void AddPods(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PodsOptions>().BindConfiguration(PodsOptions.Section)
            .Validate(options => options.MaxPerUser > 0, "cannot start: Pods:MaxPerUser is not positive")
            .ValidateOnStart();
        builder.Services.AddSingleton<PodChanges>();
        builder.Services.AddScoped<PodEvents>();
        builder.Services.AddScoped<PodActs>();
        builder.Services.AddScoped<ServiceActs>();
        builder.Services.AddScoped<PodLadder>();
        builder.Services.AddSingleton<RepositoryReader>();
    }
}
