namespace Pinacle.Benchmarks;

/// <summary>One line of the report.</summary>
/// <param name="Row">The group that it belongs to.</param>
/// <param name="What">What was measured, against what.</param>
/// <param name="Value">The median.</param>
/// <param name="Unit">Of the value: <c>×</c>, <c>s</c>, <c>MiB</c> ….</param>
/// <param name="Goal">At most this is wanted (design §8); null where nothing was promised.</param>
/// <param name="Low">Lower end of its 95 % interval.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="Note">What a reader must know to judge it.</param>
public sealed record Figure(string Row, string What, double Value, string Unit, double? Goal = null, double? Low = null, double? High = null, string? Note = null)
{
    /// <summary>A loss is called one.</summary>
    public string Verdict => Goal is not { } goal ? "" : Value <= goal ? "reached" : "**missed**";
}
