using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>A question before an act, for whoever opens its address or has no JavaScript.</summary>
/// <param name="Pod">What it is about.</param>
/// <param name="Act">The last part of the act's path.</param>
/// <param name="Title">The question.</param>
/// <param name="Consequence">What then is.</param>
/// <param name="Button">The act in a word.</param>
/// <param name="Icon">A drawing of the icon tag.</param>
/// <param name="Dangerous">True when it cannot be undone.</param>
public sealed record Confirm(Pod Pod, string Act, string Title, string Consequence, string Button, string Icon, bool Dangerous = false);
