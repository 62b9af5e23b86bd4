namespace Pinacle.Podd.HostTests.Network;

/// <summary>Who may reach whom on a host, and by what. This is the rule; <see cref="IsolationTests"/> observes it.</summary>
internal static class Matrix
{
    /// <summary>
    /// Everybody listens on every port that has a column (the host on podd's alone), so that "refused" and "silent" are somebody's doing.
    /// The last column is the address that the other side sees.
    /// </summary>
    public const string Declared = """
        from        to          service  guest    podd     broker   mail     dns      udp      udp-dns  icmp     seen-as
        pod         itself      open     open     open     open     open     open     open     open     open     pod
        pod         sibling     refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         stranger    refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         host        refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         resolver    refused  refused  refused  open     refused  open     silent   open     silent   pod
        pod         internet    open     open     open     open     refused  open     open     open     open     uplink
        pod         allowed     open     open     open     open     open     open     open     open     open     uplink
        pod         denied      refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         private     refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         metadata    refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         everybody   refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        pod         subnet      silent   silent   silent   silent   silent   silent   silent   silent   silent   -
        pod         ipv6        refused  refused  refused  refused  refused  refused  silent   silent   -        -
        sibling     pod         refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        stranger    pod         refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        stranger    sibling     refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        internet    pod         silent   silent   silent   silent   silent   silent   silent   silent   silent   -
        podd        pod         open     open     open     open     open     open     open     open     open     bridge
        root        pod         refused  refused  refused  refused  refused  refused  silent   silent   silent   -
        user        pod         refused  refused  refused  refused  refused  refused  silent   silent   -        -
        """;

    /// <summary>One cell.</summary>
    /// <param name="From">Row: who.</param>
    /// <param name="To">Row: whom.</param>
    /// <param name="By">Column: protocol and port.</param>
    /// <param name="Outcome">What should come of it.</param>
    /// <param name="SeenAs">Whose address the other side sees.</param>
    public readonly record struct Cell(string From, string To, string By, string Outcome, string SeenAs);

    /// <summary>All that say something.</summary>
    public static IEnumerable<Cell> Cells
    {
        get
        {
            var lines = Declared.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
            var head = lines[0];
            return from line in lines.Skip(1)
                   from column in Enumerable.Range(2, head.Length - 3)
                   where line[column] != "-"
                   select new Cell(line[0], line[1], head[column], line[column], line[^1]);
        }
    }
}
