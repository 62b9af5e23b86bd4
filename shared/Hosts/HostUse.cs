namespace Pinacle.Contracts;

/// <summary>What is used of a host.</summary>
/// <param name="Cpu">Cores, over the last sample.</param>
/// <param name="Memory">Bytes in use on the machine.</param>
/// <param name="Disk">Bytes used in the pool.</param>
/// <param name="ReservedCpu">Sum of the tiers' cores of pods that run.</param>
/// <param name="ReservedMemory">Sum of the tiers' memory of pods that run.</param>
public sealed record HostUse(double Cpu, long Memory, long Disk, double ReservedCpu, long ReservedMemory);
