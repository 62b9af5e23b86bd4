namespace Pinacle.Web.Api;

/// <summary>Body of <c>PATCH /pods/{pod}</c>; what is left out stays.</summary>
public sealed record PodChange
{
    public string? Name { get; init; }

    /// <summary>Seconds; 0 = never.</summary>
    public int? SleepAfter { get; init; }
}
