namespace Pinacle.Contracts;

/// <summary>A TCP port that something in the pod listens on.</summary>
/// <param name="Port">The port.</param>
/// <param name="LoopbackOnly">True when it listens on 127.0.0.0/8 or ::1 only, so that the guest must relay to it.</param>
/// <param name="Process">Name of the process that listens, as the pod states it; null when it cannot be told.</param>
public sealed record PortReport(int Port, bool LoopbackOnly, string? Process = null);
