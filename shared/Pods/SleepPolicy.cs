namespace Pinacle.Contracts;

/// <summary>When podd moves a pod down the ladder running → frozen → asleep.</summary>
/// <param name="AfterSeconds">Idle seconds until the pod sleeps. Default 900; 0 = never.</param>
/// <param name="AlwaysOn">Never sleeps and never freezes.</param>
public sealed record SleepPolicy(int AfterSeconds = 900, bool AlwaysOn = false);
