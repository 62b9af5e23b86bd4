namespace Pinacle.Podd.Hosts.Checks;

/// <summary>One line of <c>podd check</c>.</summary>
/// <param name="Verdict">How it is.</param>
/// <param name="Found">What was found, in a clause.</param>
/// <param name="Advice">What to do about it; null where there is nothing to do.</param>
public sealed record Finding(Verdict Verdict, string Found, string? Advice = null)
{
    /// <summary>As it should be.</summary>
    public static Finding Ok(string found) => new(Verdict.Ok, found);

    /// <summary>Pods run all the same.</summary>
    public static Finding Warn(string found, string advice) => new(Verdict.Warn, found, advice);

    /// <summary>Pods cannot run, or not safely.</summary>
    public static Finding Fail(string found, string advice) => new(Verdict.Fail, found, advice);
}
