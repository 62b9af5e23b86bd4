namespace Pinacle.Web.Database;

/// <summary>The channels on which Postgres tells of committed changes. Triggers send; see the migrations <c>Notifications</c> and <c>HostNews</c>.</summary>
public static class DatabaseChannels
{
    /// <summary>Payload <c>table:id</c> (the pod's id for pods, services, share_links; its own for hosts, sessions, users, api_tokens, team_members).</summary>
    public const string Routes = "pinacle_routes";

    /// <summary>Payload: the pod's id. Its row, services or events changed.</summary>
    public const string Pods = "pinacle_pods";

    /// <summary>Payload: the host's id, or the join token's. The host's state or report changed, or the token was made, used or revoked.</summary>
    public const string Hosts = "pinacle_hosts";

    /// <summary>No payload. A job became ready.</summary>
    public const string Jobs = "pinacle_jobs";
}
