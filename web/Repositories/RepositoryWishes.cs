using Pinacle.Contracts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Repositories;

/// <summary>What a repository says about itself, or what was found in it.</summary>
public sealed record RepositoryWishes
{
    /// <summary>The file that says so; null when nothing does.</summary>
    public string? Source { get; init; }

    public IReadOnlyList<SetupStep> Setup { get; init; } = [];

    public IReadOnlyList<ProposedService> Services { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Seconds; null = says nothing.</summary>
    public int? SleepAfter { get; init; }

    /// <summary>What is wrong with <see cref="Source"/>; then nothing else here is set, and the pod runs without services.</summary>
    public Fault? Fault { get; init; }

    /// <summary>The services for a pod. What a repository proposes as public counts only if the person agreed.</summary>
    public IEnumerable<Service> ServicesFor(Pod pod) => Services.Select(service => new Service
    {
        PodId = pod.Id,
        Name = service.Name,
        Port = service.Port,
        Run = service.Run,
        Directory = service.Directory,
        Access = pod.Config.AcceptAccess ? service.Access : ServiceAccess.Private,
    });

    /// <summary>A pod's configuration with these wishes in it.</summary>
    public PodConfig Into(PodConfig config) => config with
    {
        Source = Source,
        Setup = Setup,
        RepositoryEnvironment = Environment,
        RepositoryFault = Fault,
    };
}
