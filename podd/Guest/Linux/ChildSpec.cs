namespace Pinacle.Guest.Linux;

/// <summary>What to start.</summary>
/// <param name="Arguments">Program (absolute, or looked up in the environment's PATH) and arguments.</param>
/// <param name="User">Whom to be.</param>
/// <param name="Directory">Where.</param>
/// <param name="Environment">The whole environment.</param>
/// <param name="WithStdin">True for a pipe to its standard input; else that is /dev/null.</param>
/// <param name="Joined">True to send errors the way of the output.</param>
internal sealed record ChildSpec(
    IReadOnlyList<string> Arguments,
    User User,
    string Directory,
    IReadOnlyDictionary<string, string> Environment,
    bool WithStdin = false,
    bool Joined = false);
