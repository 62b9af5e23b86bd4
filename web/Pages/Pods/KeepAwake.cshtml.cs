using Microsoft.AspNetCore.Mvc;
using Pinacle.Contracts;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Keeps a pod awake for some hours, or no longer.</summary>
public sealed class KeepAwakeModel(PodAccess access, PodScreens screens, PodLadder ladder) : PodPage(access, screens)
{
    /// <summary>The hours that a person can choose from.</summary>
    public static IReadOnlyList<int> Offers { get; } = [1, 4, 8];

    [BindProperty]
    public int Seconds { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return await Said($"cannot keep pod {Pod.Name} awake: seconds are a number", "bad");
        await ladder.KeepAwake(Pod, new KeepAwakeSpec(Seconds), cancellationToken);
        return await Said(Seconds == 0 ? $"{Pod.Name} sleeps again when nothing uses it." : $"{Pod.Name} stays awake for {Markup.Quantity.Span(TimeSpan.FromSeconds(Seconds))}.");
    }
}
