namespace Pinacle.Web.Pods;

/// <summary>Section <c>Pods</c>.</summary>
public sealed class PodsOptions
{
    public const string Section = "Pods";

    /// <summary>How many pods one person may have. Default 50.</summary>
    public int MaxPerUser { get; set; } = 50;

    /// <summary>How many cores one person's pods may have together. Default 64.</summary>
    public double MaxCpuPerUser { get; set; } = 64;
}
