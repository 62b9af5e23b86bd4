namespace Pinacle.Contracts;

/// <summary>How a pod came back the last time that it slept.</summary>
/// <param name="At">When.</param>
/// <param name="Cold">True when it was started from its files: its processes of before are gone.</param>
/// <param name="Because">Why it was not brought back from its checkpoint; null when it was.</param>
/// <param name="Unasked">True when its host woke it by itself: it is to be awake (always on, or kept awake), and slept only because its host had gone down. False from a podd that does not say.</param>
public sealed record WakeReport(DateTimeOffset At, bool Cold, string? Because = null, bool Unasked = false);
