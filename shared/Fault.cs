namespace Pinacle.Contracts;

/// <summary>What went wrong, for the person who asked. The operator's side is the exception in the log.</summary>
/// <param name="Kind">Decides the HTTP status (<see cref="FaultStatus"/>).</param>
/// <param name="Message">One sentence that starts with "cannot" and names the thing.</param>
/// <param name="Detail">More, where it helps: the last lines of an output, line and column, the ports that do listen. Null when there is nothing to add.</param>
public sealed record Fault(FaultKind Kind, string Message, string? Detail = null);
