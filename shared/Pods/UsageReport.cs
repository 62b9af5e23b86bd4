namespace Pinacle.Contracts;

/// <summary>What a pod uses now.</summary>
/// <param name="Cpu">Cores, averaged over the last sample (about 5 s).</param>
/// <param name="Memory">Bytes charged to its cgroup.</param>
/// <param name="Disk">Bytes written by the pod itself (its image's and its parent's are free).</param>
public sealed record UsageReport(double Cpu, long Memory, long Disk);
