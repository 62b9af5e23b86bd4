using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Brings an asleep pod back.</summary>
public sealed class WakeModel(PodAccess access, PodScreens screens, PodLadder ladder) : PodPage(access, screens)
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await Said(await ladder.Wake(Pod, cancellationToken) ? $"{Pod.Name} is awake." : $"{Pod.Name} is waking.");
}
