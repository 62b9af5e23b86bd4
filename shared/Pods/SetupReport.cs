namespace Pinacle.Contracts;

/// <summary>How a pod's setup went or goes.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Attempt">Which attempt this is about; 0 before the first.</param>
/// <param name="Step">The step that runs or failed; null otherwise.</param>
/// <param name="Message">Why it failed, in one sentence; null otherwise.</param>
public sealed record SetupReport(SetupState State, int Attempt = 0, string? Step = null, string? Message = null);
