using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages;

/// <summary>The pods that a person sees.</summary>
/// <param name="Mine">Their own, newest first.</param>
/// <param name="Teams">Those of their teams.</param>
/// <param name="Live">True where it is sent to a page that is open.</param>
public sealed record Dashboard(IReadOnlyList<PodView> Mine, IReadOnlyList<PodView> Teams, bool Live = false);
