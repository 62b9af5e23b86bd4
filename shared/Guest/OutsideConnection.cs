namespace Pinacle.Contracts;

/// <summary>A TCP connection between the pod and something outside of it, as the pod's kernel has it.</summary>
/// <param name="Local">Address and port in the pod: <c>10.88.0.5:5173</c>.</param>
/// <param name="Remote">The same of the peer.</param>
/// <param name="State">The kernel's number of its state (linux/tcp_states.h): 1 established, 2 SYN sent, 7 refused or reset and not yet closed by its process (then without a peer), 8 the peer has closed ….</param>
public sealed record OutsideConnection(string Local, string Remote, int State);
