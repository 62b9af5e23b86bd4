using Pinacle.Contracts;

namespace Pinacle.Podd.HostTests.Pods;

/// <summary>What a pod can do to bother its host and the other pods, for as long as it is let.</summary>
/// <param name="Name">For people.</param>
/// <param name="Command">For bash in the pod of <see cref="Spec"/>; it does not end by itself.</param>
internal sealed record Noise(string Name, string Command)
{
    /// <summary>All kinds.</summary>
    public static IReadOnlyList<Noise> All { get; } =
    [
        new("CPU hog", "for n in 1 2 3 4; do while :; do :; done & done; wait"),
        new("fork bomb", "bomb() { bomb | bomb & }; bomb; sleep 1000"),
        new("memory bomb", "while :; do python3 -c $'x = []\\nwhile True: x.append(b\"x\" * 50_000_000)'; done"),
        new("disk filler", "while :; do dd if=/dev/zero of=/workspace/filler bs=1M; rm -f /workspace/filler; done"),
        new("connection flood", "while :; do python3 -c $'import socket\\nall = []\\nfor n in range(900):\\n s = socket.socket(); s.setblocking(False); s.connect_ex((\"198.51.100.%d\" % (n % 250 + 1), 80 + n)); all.append(s)'; done"),
        new("log flood", "touch /tmp/flood; trap 'rm -f /tmp/flood' EXIT; sleep 1000"),
    ];

    /// <summary>A pod that can make all of them; its one service floods its log while it is told to.</summary>
    public static PodSpec Spec(string id) => PoddProcess.Spec(id, "noisy", "mallory") with
    {
        Services = [new ServiceSpec("flood", 9000, "while sleep 0.1; do while [ -e /tmp/flood ]; do head -c 1000000 /dev/zero | tr '\\0' x | fold -w 200; done; done", ".")],
    };
}
