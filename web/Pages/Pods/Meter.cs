namespace Pinacle.Web.Pages.Pods;

/// <summary>How much of a limit is used.</summary>
public sealed record Meter(string Name, double Value, double Limit, string Words);
