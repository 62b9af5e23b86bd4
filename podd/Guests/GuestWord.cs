using Pinacle.Contracts;

namespace Pinacle.Podd.Guests;

/// <summary>What a guest says, made fit to be passed on: root in the pod can be its guest, so a word may be anything that is JSON. What cannot be true breaks the connection; what is merely too much is cut.</summary>
internal static class GuestWord
{
    private const int MostServices = 32;
    private const int MostPorts = 256;
    private const int MostEntries = 10_000;
    private const int MostChanges = 1000;
    private const int MostHeld = 64;
    private const int LongestPath = 400;
    private const int LongestName = 64;
    private const int LongestSentence = 1000;
    private const int LongestDetail = 16 << 10;

    // What a guest may be the cause of. "Unauthorized", say, would be podd's own word to web about its key.
    private static readonly FaultKind[] Kinds =
    [
        FaultKind.Internal, FaultKind.NotFound, FaultKind.Conflict, FaultKind.Invalid, FaultKind.DiskFull, FaultKind.Timeout,
        FaultKind.NotListening, FaultKind.TooLarge, FaultKind.TooMany, FaultKind.RepositoryUnavailable,
    ];

    /// <summary>A status.</summary>
    public static GuestStatus Check(GuestStatus status)
    {
        if (status.Services is null || status.Ports is null || status.Version is null)
            throw GuestConnection.Broken("a status with nothing where something must be");
        return status with
        {
            Version = Line(status.Version, LongestName),
            SetupRun = status.SetupRun is { } run ? Line(run, LongestName) : null,
            Services = [.. status.Services.OfType<ServiceReport>().Where(IsPossible).Take(MostServices).Select(service => service with { Restarts = Math.Max(0, service.Restarts), ExitCode = service.ExitCode is >= 0 and <= 255 ? service.ExitCode : null })],
            Ports = [.. status.Ports.OfType<PortReport>().Where(port => port.Port is >= 1 and <= 65535 and not GuestProtocol.Port).DistinctBy(port => port.Port).Take(MostPorts).Select(port => port with { Process = Named(port.Process) })],
            Execs = Math.Clamp(status.Execs, 0, GuestProtocol.MaxConnections),
        };
    }

    /// <summary>A folder.</summary>
    public static FileListing Check(FileListing listing)
    {
        if (listing.Items is null || listing.Path is null || listing.Items.Count > MostEntries)
            throw GuestConnection.Broken("an impossible listing");
        foreach (var entry in listing.Items)
            Check(entry);
        return listing;
    }

    /// <summary>A file.</summary>
    public static FileEntry Check(FileEntry? entry) =>
        entry is { Name: not null, Kind: "file" or "folder" or "link" or "other", Size: >= 0 } ? entry : throw GuestConnection.Broken("an impossible file");

    /// <summary>The repository's state.</summary>
    public static GitReport Check(GitReport report) =>
        report.Changes is { Count: <= MostChanges } changes && changes.All(change => change is not null) ? report : throw GuestConnection.Broken("an impossible git report");

    /// <summary>The terminals.</summary>
    public static IReadOnlyList<TerminalReport> Check(IReadOnlyList<TerminalReport> terminals) =>
        terminals.Count <= GuestProtocol.MaxTerminals && terminals.All(terminal => terminal is { Name: not null, Command: not null }) ? terminals : throw GuestConnection.Broken("impossible terminals");

    /// <summary>Files that are held.</summary>
    public static IReadOnlyList<HeldFile> Check(IReadOnlyList<HeldFile> files) =>
        files.All(file => file is { Path: not null, Process: not null }) ? [.. files.Take(MostHeld).Select(file => file with { Path = Line(file.Path, LongestPath), Process = Line(file.Process, LongestName) })] : throw GuestConnection.Broken("impossible files");

    /// <summary>A fault.</summary>
    public static Fault Check(Fault fault) =>
        fault.Message is { Length: > 0 } message && Kinds.Contains(fault.Kind)
            ? new Fault(fault.Kind, Line(message, LongestSentence), fault.Detail is { } detail ? Cut(detail, LongestDetail) : null)
            : throw GuestConnection.Broken($"a fault that is not its to state ({fault.Kind})");

    /// <summary>One line of at most so many characters.</summary>
    public static string Line(string text, int longest) =>
        Cut(text, longest) is var cut && cut.Any(char.IsControl) ? string.Concat(cut.Select(letter => char.IsControl(letter) ? ' ' : letter)) : cut;

    /// <summary>At most so many characters, and no half of a surrogate pair.</summary>
    public static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];

    private static bool IsPossible(ServiceReport service) => service.Name is not null && service.Port is >= 1 and <= 65535;

    private static string? Named(string? process) => process is null || Line(process, LongestName).Trim() is not { Length: > 0 } name ? null : name;
}
