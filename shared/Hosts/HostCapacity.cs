namespace Pinacle.Contracts;

/// <summary>What a host has for pods.</summary>
/// <param name="Cpus">Cores.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Disk">Bytes of the pool.</param>
public sealed record HostCapacity(double Cpus, long Memory, long Disk);
