namespace Pinacle.Contracts;

/// <summary>The body of every answer of podd that is not a success: <c>{"fault":{"kind","message","detail"}}</c>.</summary>
/// <param name="Fault">What went wrong.</param>
public sealed record FaultAnswer(Fault Fault);
