namespace Pinacle.Contracts;

/// <summary>The record of a sandbox that ended unasked.</summary>
/// <param name="Cause">What podd can prove.</param>
/// <param name="Message">The same for a person.</param>
/// <param name="At">When podd noticed.</param>
/// <param name="ExitCode">Of the sandbox; null when it could not be had (never guessed).</param>
public sealed record DeathCertificate(DeathCause Cause, string Message, DateTimeOffset At, int? ExitCode = null);
