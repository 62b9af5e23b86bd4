namespace Pinacle.Web.Hosts;

/// <summary>Section <c>Hosts</c>.</summary>
public sealed class HostsOptions
{
    public const string Section = "Hosts";

    /// <summary>Addresses, CIDRs or names that no pod may reach, besides the hosts and Postgres: web's own, the bucket's, whatever else serves Pinacle. Names are resolved again every <see cref="RefreshEvery"/>. Default: none.</summary>
    public IList<string> Deny { get; } = [];

    /// <summary>A host that is silent for so long is down. Default 15 s.</summary>
    public TimeSpan DownAfter { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Address of web for hosts, which is in the join command. Default: <c>Site:Url</c>.</summary>
    public string? WebUrl { get; set; }

    /// <summary><c>sha256:HEX</c> of the certificate at <see cref="WebUrl"/>, which a host pins when it joins. Default: that of the certificate that Kestrel is configured with; none where there is no such (a load balancer ends HTTPS), and hosts then trust their own authorities.</summary>
    public string? Pin { get; set; }

    /// <summary>How long a join token is good for. Default 15 minutes.</summary>
    public TimeSpan JoinTokenLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Pause before following a host again after its stream broke. Default 1 s.</summary>
    public TimeSpan FollowAgainAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the list of hosts is read again besides notifications. Default 10 s.</summary>
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How much of a host's memory is promised to pods that are up, as a factor: most use little of theirs. Default 2.</summary>
    public double MemoryOvercommit { get; set; } = 2;
}
