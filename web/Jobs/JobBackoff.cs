namespace Pinacle.Web.Jobs;

/// <summary>How long to wait before the next attempt.</summary>
public static class JobBackoff
{
    /// <summary>Doubles with each attempt up to a most, less up to half of it by chance, so that jobs that failed together do not come back together.</summary>
    public static TimeSpan After(int attempt, JobsOptions options, double chance)
    {
        var full = options.BackoffFirst * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        var most = full < options.BackoffMost ? full : options.BackoffMost;
        return most * (1 - (chance / 2));
    }
}
