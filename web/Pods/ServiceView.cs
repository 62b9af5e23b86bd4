using Pinacle.Contracts;

namespace Pinacle.Web.Pods;

/// <summary>A service as people see it.</summary>
public sealed record ServiceView(
    string Name,
    int Port,
    string? Run,
    string Directory,
    ServiceAccess Access,
    ServiceState State,
    bool Listening,
    int Restarts,
    string Url)
{
    /// <summary>The view of a service and what its pod's report says of it; <paramref name="report"/> is null when the pod is down.</summary>
    public static ServiceView Of(Service service, PodReport? report, string url)
    {
        var said = report?.Services.FirstOrDefault(one => string.Equals(one.Name, service.Name, StringComparison.Ordinal));
        return new ServiceView(service.Name, service.Port, service.Run, service.Directory ?? ".", service.Access,
            said?.State ?? ServiceState.Stopped, said?.Listening ?? false, said?.Restarts ?? 0, url);
    }
}
