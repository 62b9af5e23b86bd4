namespace Pinacle.Contracts;

/// <summary>podd's routes, headers and upgrade names. Everything after <c>{id}</c> is about one pod.</summary>
public static class PoddRoutes
{
    /// <summary>Default port of podd's HTTPS listener.</summary>
    public const int Port = 7400;

    /// <summary>Header with the host's key; 401 without.</summary>
    public const string ApiKeyHeader = "X-Api-Key";

    /// <summary>Header with the epoch that a tunnel is meant for; podd refuses another (409), so that no request reaches a successor.</summary>
    public const string EpochHeader = "Pinacle-Epoch";

    /// <summary>Header of a tunnel: <c>http</c> or <c>websocket</c>.</summary>
    public const string UseHeader = "Pinacle-Use";

    /// <summary>Header of a tunnel and of a command: <c>yes</c> when it may wake the pod, <c>public</c> when it may as somebody whom nobody knows, else <c>no</c>.</summary>
    public const string WakeHeader = "Pinacle-Wake";

    /// <summary>Header of an <c>http</c> tunnel: <c>no</c> when it carries nothing but what a browser sends of its own accord (without <c>Sec-Fetch-User</c>: a forgotten tab that polls), else <c>yes</c>, as without the header. A tunnel that is kept for more requests carries one kind only.</summary>
    public const string PersonHeader = "Pinacle-Person";

    /// <summary><c>Upgrade</c> of a raw byte tunnel to a port.</summary>
    public const string TunnelUpgrade = "pinacle-tunnel";

    /// <summary><c>Upgrade</c> of a terminal.</summary>
    public const string TerminalUpgrade = "pinacle-terminal";

    /// <summary>GET: <see cref="HostReport"/>.</summary>
    public const string Host = "/v1/host";

    /// <summary>GET: all <see cref="PodReport"/>s.</summary>
    public const string Pods = "/v1/pods";

    /// <summary>GET, PUT (<see cref="PodSpec"/>), DELETE.</summary>
    public const string Pod = "/v1/pods/{id}";

    /// <summary>GET: NDJSON of <see cref="ReportLine"/>s.</summary>
    public const string Reports = "/v1/reports";

    /// <summary>POST.</summary>
    public const string Start = "/v1/pods/{id}/start";

    /// <summary>POST.</summary>
    public const string Stop = "/v1/pods/{id}/stop";

    /// <summary>POST: puts a running pod to sleep; 409 with the reason when something in it cannot sleep.</summary>
    public const string Sleep = "/v1/pods/{id}/sleep";

    /// <summary>POST: the same as <see cref="Start"/>: an asleep pod comes back with its processes.</summary>
    public const string Wake = "/v1/pods/{id}/wake";

    /// <summary>POST <see cref="KeepAwakeSpec"/>: neither freezes nor sleeps for so long; an asleep pod is woken first. 409 for a pod that is stopped or failed.</summary>
    public const string KeepAwake = "/v1/pods/{id}/keep-awake";

    /// <summary>POST <see cref="ExecSpec"/> → <see cref="ExecResult"/>.</summary>
    public const string Exec = "/v1/pods/{id}/exec";

    /// <summary>GET: the pod's listening ports.</summary>
    public const string Ports = "/v1/pods/{id}/ports";

    /// <summary>GET with <c>Upgrade: pinacle-tunnel</c>.</summary>
    public const string Tunnel = "/v1/pods/{id}/ports/{port:int}";

    /// <summary>GET: log lines of a service; <c>?tail=200&amp;follow=true</c>.</summary>
    public const string Logs = "/v1/pods/{id}/logs/{service}";

    /// <summary>POST: starts a service again.</summary>
    public const string RestartService = "/v1/pods/{id}/services/{service}/restart";

    /// <summary>GET (a file's bytes, also a single <c>Range</c>; a <see cref="FileListing"/>, or with <c>?archive=tar.gz</c> the folder packed), PUT, DELETE; <c>path</c> is absolute in the pod without its first slash.</summary>
    public const string Files = "/v1/pods/{id}/files/{**path}";

    /// <summary>GET: <see cref="GitReport"/>.</summary>
    public const string Git = "/v1/pods/{id}/git";

    /// <summary>GET: <see cref="Contracts.GitDiff"/>.</summary>
    public const string GitDiff = "/v1/pods/{id}/git/diff";

    /// <summary>GET: the pod's <see cref="TerminalReport"/>s. POST <see cref="TerminalSpec"/>: opens it where it is not open, same answer.</summary>
    public const string Terminals = "/v1/pods/{id}/terminals";

    /// <summary>GET with <c>Upgrade: pinacle-terminal</c>: frames of <see cref="GuestAct.Terminal"/> both ways; <c>?columns=80&amp;rows=24&amp;user=dev&amp;directory=.</c> for one that is not open yet. DELETE: ends it.</summary>
    public const string Terminal = "/v1/pods/{id}/terminals/{name}";

    /// <summary>GET: the images on the host.</summary>
    public const string Images = "/v1/images";

    /// <summary>DELETE: drops the image <c>NAME</c> or <c>NAME@HASH</c> (the beginning of the hash is enough). 204; 409 as long as a pod of the host was made from it.</summary>
    public const string Image = "/v1/images/{name}";

    /// <summary>PUT <see cref="DenyList"/>: addresses that no pod may reach. 204.</summary>
    public const string Deny = "/v1/host/deny";

    /// <summary>Path at web where a host enrols (<see cref="HostEnrolment"/> → <see cref="HostEnrolled"/>).</summary>
    public const string Enrol = "/enrol";
}
