using Microsoft.AspNetCore.Mvc;
using Pinacle.Web.Accounts;
using Pinacle.Web.Pods;

namespace Pinacle.Web.Pages.Pods;

/// <summary>Puts a pod to sleep.</summary>
public sealed class SleepModel(PodAccess access, PodScreens screens, PodLadder ladder) : PodPage(access, screens)
{
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        await Said(await ladder.Sleep(Pod, cancellationToken) ? $"{Pod.Name} is asleep." : $"{Pod.Name} is falling asleep.");
}
