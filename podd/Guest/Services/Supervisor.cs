using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Services;

/// <summary>Keeps the configured services, and only those, as the configuration wants them.</summary>
internal sealed class Supervisor(PodGuest guest)
{
    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlyList<SupervisedService> _services = [];
    private string _environment = "";

    public IReadOnlyList<ServiceReport> Reports() => [.. _services.Select(service => service.Report())];

    /// <summary>Stops what is no longer wanted or has changed, starts what is new.</summary>
    public async Task Configure(GuestConfig config)
    {
        await _gate.WaitAsync();
        try
        {
            var environment = string.Join('\0', config.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
            var kept = _services.Where(service => environment == _environment && config.Services.Any(wanted => Same(wanted, service.Spec))).ToList();
            foreach (var service in _services.Except(kept))
                await service.Stop();
            _environment = environment;
            _services = [.. config.Services.Select(wanted => kept.Find(service => Same(wanted, service.Spec)) ?? new SupervisedService(wanted, guest))];
            foreach (var service in _services)
            {
                if (config.ServicesOn)
                    service.Start(EnvironmentOf(service.Spec));
                else
                    await service.Stop();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Starts one again.</summary>
    public async Task Restart(string name)
    {
        await _gate.WaitAsync();
        try
        {
            var service = Find(name);
            await service.Stop();
            service.Start(EnvironmentOf(service.Spec));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops all, the last first.</summary>
    public async Task Stop()
    {
        await _gate.WaitAsync();
        try
        {
            foreach (var service in _services.Reverse())
                await service.Stop();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The service of that name.</summary>
    public SupervisedService Find(string? name) =>
        _services.FirstOrDefault(service => service.Spec.Name == name)
        ?? throw new FaultException(FaultKind.NotFound, $"cannot find service {name}: this pod has {(_services.Count == 0 ? "none" : string.Join(", ", _services.Select(service => service.Spec.Name)))}");

    private Dictionary<string, string> EnvironmentOf(ServiceSpec spec)
    {
        var environment = guest.EnvironmentOf(User.Ordinary, spec.Environment);
        environment["PORT"] = spec.Port.ToString(CultureInfo.InvariantCulture);
        return environment;
    }

    // A record's own equality compares dictionaries by reference.
    private static bool Same(ServiceSpec one, ServiceSpec other) =>
        one with { Environment = null } == other with { Environment = null }
        && (one.Environment ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).SequenceEqual((other.Environment ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal));
}
