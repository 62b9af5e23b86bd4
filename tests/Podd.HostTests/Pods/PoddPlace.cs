namespace Pinacle.Podd.HostTests.Pods;

/// <summary>What of a podd is the whole machine's, so that several can run at once.</summary>
/// <param name="Instance">In every name.</param>
/// <param name="Port">Of loopback.</param>
/// <param name="Net">Second number of the pods' addresses, <c>10.{net}.0.0/16</c>.</param>
/// <param name="FreezeAfterSeconds">Until an idle pod stands still.</param>
internal sealed record PoddPlace(string Instance, int Port, int Net, int FreezeAfterSeconds)
{
    /// <summary>Where the host tests have theirs.</summary>
    public static PoddPlace Tests { get; } = new("ph", 17491, 252, FreezeAfterSeconds: 3);

    /// <summary>Where the benchmarks have theirs.</summary>
    public static PoddPlace Benchmarks { get; } = new("pb", 17492, 251, FreezeAfterSeconds: 10);

    public string Bridge => $"{Instance}br0";

    public string CgroupParent => $"/podd-{Instance}";
}
