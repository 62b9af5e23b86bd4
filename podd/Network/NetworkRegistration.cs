using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Pinacle.Podd.Commands;
using Pinacle.Podd.Network.Dns;

namespace Pinacle.Podd.Network;

/// <summary>What the host of podd needs to know of this folder.</summary>
public static class NetworkRegistration
{
    /// <summary>Adds <see cref="PodNetwork"/> and its parts, and the <see cref="DnsForwarder"/> that runs with the host, with options from section <c>Network</c> that are checked at start.</summary>
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
        services.AddSingleton<DeniedAddresses>();
        services.AddSingleton<ForeignFirewall>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<QueryRate>();
        services.AddSingleton<DnsPolicy>();
        services.AddSingleton<UpstreamResolvers>();
        services.AddSingleton<DnsUpstream>();
        services.AddSingleton<DnsExchange>();
        services.AddHostedService<DnsForwarder>();
        return services;
    }
}
