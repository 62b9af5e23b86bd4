namespace Pinacle.Web.Pages.Pods;

/// <summary>What one batch of events changes on an open page.</summary>
/// <param name="Step">The step, with the lines to append.</param>
/// <param name="IsNew">True when the page does not have it yet.</param>
/// <param name="HasEnded">True when its head is another than before.</param>
public sealed record LogNews(LogStep Step, bool IsNew, bool HasEnded);
