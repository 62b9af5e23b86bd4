namespace Pinacle.Contracts;

/// <summary>Payload of <see cref="GuestFrame.Resize"/>.</summary>
/// <param name="Columns">1 to 1,000.</param>
/// <param name="Rows">1 to 1,000.</param>
public sealed record TerminalSize(int Columns, int Rows);
