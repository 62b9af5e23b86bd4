using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Commands;

namespace Pinacle.Podd.Network;

/// <summary>What the host of podd needs to know of this folder.</summary>
public static class NetworkRegistration
{
    /// <summary>Adds <see cref="PodNetwork"/> and its parts, with options from section <c>Network</c> that are checked at start.</summary>
    public static IServiceCollection AddPodNetwork(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<NetworkOptions>().Bind(configuration.GetSection(NetworkOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NetworkOptions>, NetworkOptionsCheck>());
        services.TryAddSingleton<HostCommand>();
        services.AddSingleton<AddressPlan>();
        services.AddSingleton<IpCommand>();
        services.AddSingleton<Bridge>();
        services.AddSingleton<PodLink>();
        services.AddSingleton<NftTables>();
        services.AddSingleton<PodNetwork>();
        return services;
    }
}
