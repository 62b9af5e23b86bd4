namespace Pinacle.Web.Pages.Live;

/// <summary>What one round of a live stream has to say.</summary>
/// <param name="Html">Parts for the page; empty when nothing changed.</param>
/// <param name="Id">What the page names when it comes back, so that it gets what it missed and no more.</param>
/// <param name="Ended">True when there is nothing more to follow.</param>
internal sealed record LiveRound(string Html, string? Id = null, bool Ended = false);
