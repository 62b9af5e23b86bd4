namespace Pinacle.Web.Jobs;

/// <summary>The kinds of jobs, as they stand in <c>jobs.kind</c>.</summary>
public static class JobKinds
{
    public const string ProvisionPod = "provision-pod";
    public const string CleanUpPod = "cleanup-pod";
    public const string StartPod = "start-pod";
    public const string StopPod = "stop-pod";
}
