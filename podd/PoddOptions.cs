using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Pinacle.Podd.Network;

namespace Pinacle.Podd;

/// <summary>podd's settings: <c>/etc/podd/podd.json</c>, overridden by environment variables <c>PODD__NAME</c> and <c>PODD__SECTION__NAME</c>. Every host-wide name derives from them, so that several podds can share a machine.</summary>
public sealed partial class PoddOptions
{
    /// <summary>Name of the host as web shows it: <c>[a-z0-9][a-z0-9.-]{0,62}</c>. Default: the machine's host name.</summary>
    public string Name { get; set; } = Dns.GetHostName().ToLowerInvariant();

    /// <summary>podd's own state, mode 0700. Default <c>/var/lib/podd</c>.</summary>
    public string Root { get; set; } = "/var/lib/podd";

    /// <summary>Mounted btrfs where images and pods' disks are. Default <c>/var/lib/podd/pool</c>.</summary>
    public string Pool { get; set; } = "/var/lib/podd/pool";

    /// <summary>Whether a pool in a sparse file may be larger than what its disk has left. Where it may not, new pods are refused as long as it is; where it may, only when less than 1 GiB is left there. For development. Default false.</summary>
    public bool PoolMayOutgrowDisk { get; set; }

    /// <summary>Address and port of the HTTPS listener. Default <c>0.0.0.0:7400</c>.</summary>
    public string Listen { get; set; } = "0.0.0.0:7400";

    /// <summary>Unix socket with the same API; empty for none. Default <c>/run/podd/podd.sock</c>.</summary>
    public string Socket { get; set; } = "/run/podd/podd.sock";

    /// <summary>Numeric group that may use the socket; null for root alone.</summary>
    public int? SocketGroup { get; set; }

    /// <summary>The runsc binary to take for new sandboxes. Default <c>/usr/local/lib/pinacle/runsc</c>.</summary>
    public string Runsc { get; set; } = "/usr/local/lib/pinacle/runsc";

    /// <summary>Longest that the self-test of runsc may take, in seconds, 10 to 3600: a runsc that hangs is found by it, a slow machine needs more. Default 180.</summary>
    public int SelfTestSeconds { get; set; } = 180;

    /// <summary>Folder with the guest, its loader and its libraries. Default <c>/usr/lib/podd/guest</c>.</summary>
    public string Guest { get; set; } = "/usr/lib/podd/guest";

    /// <summary>Parent of the pods' cgroups, absolute below the cgroup root. Default <c>/podd-pods</c>.</summary>
    public string CgroupParent { get; set; } = "/podd-pods";

    /// <summary>A pod that nothing has used for so many seconds stands still until something does. Default 60.</summary>
    public int FreezeAfterSeconds { get; set; } = 60;

    /// <summary>Cores that a pod may use and still counts as one that does nothing, 0.01 to 1. An idle sandbox takes 0.02 to 0.05 by itself, more on a slow machine: raise it where pods never stand still. Default 0.1.</summary>
    public double IdleCores { get; set; } = 0.1;

    /// <summary>Bytes of memory that are the pods'; 0 for the machine's. Default 0.</summary>
    public long PodMemory { get; set; }

    /// <summary>How many times that may be promised to pods that run, 0.1 to 20: the sum of their tiers. A pod that does not fit puts idle ones to sleep. Default 2.</summary>
    public double MemoryOvercommit { get; set; } = 2;

    /// <summary>PEM bundle that every pod trusts; empty for the image's own. Default empty.</summary>
    public string CaBundle { get; set; } = "";

    /// <summary>Environment of every pod, below what its spec says.</summary>
    public Dictionary<string, string> PodEnvironment { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The pods' network.</summary>
    public NetworkOptions Network { get; set; } = new();

    /// <summary>Folder of one pod's record.</summary>
    public string PodFolder(string id) => Path.Combine(Root, "pods", id);

    /// <summary>The sentence that says which option is wrong; null when all are right.</summary>
    public string? Problem()
    {
        if (!HostName().IsMatch(Name))
            return $"option name is \"{Name}\": it must match [a-z0-9][a-z0-9.-]{{0,62}}";
        if (!Path.IsPathFullyQualified(Root) || !Path.IsPathFullyQualified(Pool) || !Path.IsPathFullyQualified(CgroupParent))
            return "options root, pool and cgroupParent must be absolute paths";
        if (!IPEndPoint.TryParse(Listen, out var endpoint) || endpoint.Port == 0)
            return $"option listen is \"{Listen}\": it must be an address and a port, such as 0.0.0.0:7400";
        if (FreezeAfterSeconds is < 1 or > 86_400)
            return $"option freezeAfterSeconds is {FreezeAfterSeconds}: it must be 1 to 86,400";
        if (SelfTestSeconds is < 10 or > 3600)
            return $"option selfTestSeconds is {SelfTestSeconds}: it must be 10 to 3600";
        if (IdleCores is not (>= 0.01 and <= 1))
            return $"option idleCores is {IdleCores.ToString(CultureInfo.InvariantCulture)}: it must be 0.01 to 1";
        if (PodMemory is < 0 or (> 0 and < (1L << 30)))
            return $"option podMemory is {PodMemory}: it must be 0 for the machine's, or at least {1L << 30}, the smallest tier's";
        if (MemoryOvercommit is not (>= 0.1 and <= 20))
            return $"option memoryOvercommit is {MemoryOvercommit.ToString(CultureInfo.InvariantCulture)}: it must be 0.1 to 20";
        if (CaBundle.Length > 0 && !File.Exists(CaBundle))
            return $"option caBundle is \"{CaBundle}\": there is no such file";
        return new NetworkOptionsCheck().Validate(null, Network).FailureMessage;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex HostName();
}
