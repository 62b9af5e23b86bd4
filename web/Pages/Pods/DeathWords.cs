using Pinacle.Contracts;

namespace Pinacle.Web.Pages.Pods;

/// <summary>The certificate of a pod that ended unasked, in words, with what helps.</summary>
public static class DeathWords
{
    public static string Title(DeathCause cause) => cause switch
    {
        DeathCause.Oom => "The pod ran out of memory",
        DeathCause.DiskFull => "The pod's disk was full",
        DeathCause.Exited => "The pod ended by itself",
        DeathCause.Runtime => "The pod's sandbox broke",
        DeathCause.HostRestart => "The pod's host was restarted",
        _ => "The pod ended, and nothing proves why",
    };

    public static string Offer(DeathCause cause) => cause switch
    {
        DeathCause.Oom => "Start it again; if it needs this much memory, make it with a bigger tier.",
        DeathCause.DiskFull => "Start it and remove what it does not need, or make it with a bigger tier.",
        _ => "Its files are as they were. Start it again.",
    };
}
