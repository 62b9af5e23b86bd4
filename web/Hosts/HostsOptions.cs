namespace Pinacle.Web.Hosts;

/// <summary>Section <c>Hosts</c>.</summary>
public sealed class HostsOptions
{
    public const string Section = "Hosts";

    /// <summary>A host that is silent for so long is down. Default 15 s.</summary>
    public TimeSpan DownAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a join token is good for. Default 15 minutes.</summary>
    public TimeSpan JoinTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Pause before following a host again after its stream broke. Default 1 s.</summary>
    public TimeSpan FollowAgainAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the list of hosts is read again besides notifications. Default 10 s.</summary>
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How much of a host's memory is promised to pods that are up, as a factor: most use little of theirs. Default 2.</summary>
    public double MemoryOvercommit { get; set; } = 2;
}
