namespace Pinacle.Web.Jobs;

/// <summary>The job is another worker's now, or was cancelled: whoever gets this stops and writes nothing.</summary>
public sealed class ClaimLostException(JobClaim claim) : Exception($"cannot go on with {claim.Kind} {claim.JobId}: the claim of attempt {claim.Attempt} is lost");
