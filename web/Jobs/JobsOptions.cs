namespace Pinacle.Web.Jobs;

/// <summary>Section <c>Jobs</c>.</summary>
public sealed class JobsOptions
{
    public const string Section = "Jobs";

    /// <summary>How many jobs this copy of web runs at once. Default 32: they wait for hosts most of the time.</summary>
    public int Workers { get; set; } = 32;

    /// <summary>A claim not renewed for so long is anybody's. Default 30 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a running job renews its claim. Default 10 s.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the queue is looked at when nothing is heard: the safety net. Default 5 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the second attempt; doubles with each. Default 1 s.</summary>
    public TimeSpan BackoffFirst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts. Default 2 minutes.</summary>
    public TimeSpan BackoffMost { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long running jobs are given when web stops, before they are handed back. Default 5 s.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>False for a copy of web that serves only. Default true.</summary>
    public bool Work { get; set; } = true;
}
