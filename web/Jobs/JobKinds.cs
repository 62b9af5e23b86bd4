namespace Pinacle.Web.Jobs;

/// <summary>The kinds of jobs, as they stand in <c>jobs.kind</c>.</summary>
public static class JobKinds
{
    public const string ProvisionPod = "provision-pod";
    public const string CleanUpPod = "cleanup-pod";
    public const string StartPod = "start-pod";
    public const string StopPod = "stop-pod";
    public const string UpdatePod = "update-pod";

    /// <summary>How often a kind is tried. What takes things away is tried until the host is back, days later if it must be; what makes things fails soon, and a person decides.</summary>
    public static int MaxAttempts(string kind) => kind is CleanUpPod or StopPod or UpdatePod ? 10_000 : 8;
}
