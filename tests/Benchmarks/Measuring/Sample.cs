namespace Pinacle.Benchmarks.Measuring;

/// <summary>What one run of one contender took.</summary>
/// <param name="Wall">Seconds by the clock.</param>
/// <param name="Cpu">Seconds of CPU time of everything that was started for it; 0 where it was not measured.</param>
public readonly record struct Sample(double Wall, double Cpu);
