namespace Pinacle.Podd.HostTests.Pods;

/// <summary>What of a podd is the whole machine's, so that several can run at once.</summary>
/// <param name="Instance">In every name.</param>
/// <param name="Port">Of loopback.</param>
/// <param name="Net">Second number of the pods' addresses, <c>10.{net}.0.0/16</c>.</param>
/// <param name="FreezeAfterSeconds">Until an idle pod stands still.</param>
internal sealed record PoddPlace(string Instance, int Port, int Net, int FreezeAfterSeconds)
{
    /// <summary>Where the host tests have theirs: one for each that runs at the same time, of this run or of another one on the machine. The names are fixed, so that what an aborted run left can be found.</summary>
    public static IReadOnlyList<PoddPlace> Tests { get; } =
    [
        new("pha", 17491, 252, FreezeAfterSeconds: 3),
        new("phb", 17493, 250, FreezeAfterSeconds: 3),
        new("phc", 17494, 249, FreezeAfterSeconds: 3),
        new("phd", 17495, 248, FreezeAfterSeconds: 3),
    ];

    /// <summary>Where the benchmarks have theirs.</summary>
    public static PoddPlace Benchmarks { get; } = new("pb", 17492, 247, FreezeAfterSeconds: 10);

    public string Bridge => $"{Instance}br0";

    public string CgroupParent => $"/podd-{Instance}";

    /// <summary>Waits for one of these places to be free.</summary>
    /// <returns>The place, and what gives it back when it is disposed.</returns>
    public static async Task<(PoddPlace Place, FileStream Turn)> Take(IReadOnlyList<PoddPlace> places)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        while (true)
        {
            foreach (var place in places)
            {
                if (TryTake(place) is { } turn)
                    return (place, turn);
            }
            await Task.Delay(200, limit.Token);
        }
    }

    /// <summary>Waits for the lock file to be free.</summary>
    /// <returns>What gives it back when it is disposed.</returns>
    public static async Task<FileStream> Turn(string file)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        while (true)
        {
            if (TryTake(file) is { } turn)
                return turn;
            await Task.Delay(200, limit.Token);
        }
    }

    private static FileStream? TryTake(PoddPlace place) => TryTake(Path.Combine(Path.GetTempPath(), $"pinacle-{place.Instance}.lock"));

    private static FileStream? TryTake(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null; // somebody else's turn
        }
    }
}
