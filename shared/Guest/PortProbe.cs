namespace Pinacle.Contracts;

/// <summary>What came of a connection that the guest made to a port of its own pod, by loopback, to say nothing and hang up.</summary>
/// <param name="Port">The port.</param>
/// <param name="Result">What came of it.</param>
public sealed record PortProbe(int Port, ProbeResult Result);
