namespace Pinacle.Contracts;

/// <summary>A terminal of a pod. It lives until its command ends; one that nobody saw end is kept with its last output until somebody does.</summary>
/// <param name="Name">As in <see cref="TerminalSpec.Name"/>.</param>
/// <param name="Command">What runs in it.</param>
/// <param name="Columns">Its width now.</param>
/// <param name="Rows">Its height now.</param>
/// <param name="Clients">How many look at it.</param>
/// <param name="StartedAt">When it was opened.</param>
/// <param name="ExitCode">Null while its command runs.</param>
public sealed record TerminalReport(string Name, string Command, int Columns, int Rows, int Clients, DateTimeOffset StartedAt, int? ExitCode = null);
