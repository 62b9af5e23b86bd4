using System.Globalization;
using Pinacle.Contracts;
using Pinacle.Guest.Linux;

namespace Pinacle.Guest.Services;

/// <summary>Keeps the configured services, and only those, as the configuration wants them.</summary>
internal sealed class Supervisor(PodGuest guest)
{
    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlyList<SupervisedService> _services = [];
    private readonly Dictionary<string, ServiceLog> _logs = new(StringComparer.Ordinal);

    public IReadOnlyList<ServiceReport> Reports() => [.. _services.Select(service => service.Report())];

    /// <summary>Stops what is no longer wanted or has changed, starts what is new.</summary>
    public async Task Configure(GuestConfig config)
    {
        await _gate.WaitAsync();
        try
        {
            var wanted = config.Services.Select(spec => (Spec: spec, Environment: EnvironmentOf(spec))).ToList();
            var kept = _services.Where(service => wanted.Any(one => Same(one.Spec, service.Spec) && Same(one.Environment, service.Environment))).ToList();
            var ended = config.ServicesOn ? _services.Except(kept) : _services;
            await Task.WhenAll(ended.Select(service => service.Stop(SupervisedService.StopGrace)));
            _services = [.. wanted.Select(one => kept.Find(service => service.Spec.Name == one.Spec.Name) ?? new SupervisedService(one.Spec, one.Environment, LogOf(one.Spec.Name), guest))];
            if (config.ServicesOn)
            {
                foreach (var service in _services)
                    service.Start();
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
            await service.Stop(SupervisedService.StopGrace);
            service.Start();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops all, the last first; <paramref name="grace"/> is for all of them together.</summary>
    public async Task Stop(TimeSpan grace)
    {
        await _gate.WaitAsync();
        try
        {
            var end = Environment.TickCount64 + (long)grace.TotalMilliseconds;
            foreach (var service in _services.Reverse())
                await service.Stop(TimeSpan.FromMilliseconds(Math.Max(1, end - Environment.TickCount64)));
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

    private ServiceLog LogOf(string name)
    {
        if (!_logs.TryGetValue(name, out var log))
            _logs[name] = log = new ServiceLog(Path.Combine(guest.Settings.StateFolder, "logs", name + ".log"));
        return log;
    }

    // A record's own equality compares dictionaries by reference.
    private static bool Same(ServiceSpec one, ServiceSpec other) => one with { Environment = null } == other with { Environment = null };

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
