using Pinacle.Web.Hosts;

namespace Pinacle.Web.Pages.Hosts;

/// <summary>The join tokens that were made lately.</summary>
/// <param name="Tokens">Newest first.</param>
/// <param name="Live">True where it is sent to a page that is open.</param>
public sealed record JoinTokenScreen(IReadOnlyList<JoinTokenView> Tokens, bool Live = false);
