namespace Pinacle.Contracts;

/// <summary>The one HTTP status of each <see cref="FaultKind"/>.</summary>
public static class FaultStatus
{
    /// <summary>The HTTP status code that goes with <paramref name="kind"/>.</summary>
    public static int Of(FaultKind kind) => kind switch
    {
        FaultKind.NotFound => 404,
        FaultKind.Conflict => 409,
        FaultKind.Invalid or FaultKind.RepositoryUnavailable => 422,
        FaultKind.HostFull or FaultKind.RuntimeUnfit or FaultKind.PodDown or FaultKind.PodAsleep => 503,
        FaultKind.DiskFull => 507,
        FaultKind.Timeout => 504,
        FaultKind.NotListening or FaultKind.GuestBroken or FaultKind.HostUnreachable => 502,
        FaultKind.Unauthorized => 401,
        FaultKind.TooLarge => 413,
        FaultKind.TooMany => 429,
        _ => 500,
    };
}
