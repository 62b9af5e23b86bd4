namespace Pinacle.Contracts;

/// <summary>The result of podd's self-test of runsc.</summary>
/// <param name="State">Whether pods can be started.</param>
/// <param name="Version">First line of <c>runsc --version</c>; null when it does not run.</param>
/// <param name="Hash">Lower-case hex SHA-256 of the binary; null when there is none.</param>
/// <param name="Message">Why it is unfit; null otherwise.</param>
public sealed record RuntimeReport(RuntimeState State, string? Version, string? Hash, string? Message = null);
